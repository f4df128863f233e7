# SPDX-License-Identifier: GPL-2.0
# Sphinx, for "make html".
import pathlib

project = "xfrm-pcpu"
version = release = pathlib.Path(__file__, "../../kmod/VERSION").resolve().read_text().strip()
extensions = ["myst_parser"]
root_doc = "index"
html_theme = "alabaster"
html_theme_options = {"description": "Multi-core IPsec on the kernels people run"}
html_copy_source = False
html_show_copyright = False
nitpicky = True
