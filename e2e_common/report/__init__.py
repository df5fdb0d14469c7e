"""How a run is presented. model.py gathers it, request by request, from its verdict; from that a file for each format
makes what a red run prints (terminal.py), `make explain-<suite>`, `make traces-<suite>`, report.html, summary.md,
junit.xml and GitHub's annotations. A green run without E2E_REPORT imports no more of it than rerun.py and text.py."""
