"""Name the packages: those under tui_admin/, and styles/ as tui_admin.styles."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["tui_admin*"]), "tui_admin.styles"])
