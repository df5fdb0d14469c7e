"""The reports of a run. model.py collects its data, request by request, from the verdict. One file for each format
creates the output of a failed run (terminal.py), `make explain-<suite>`, `make traces-<suite>`, report.html,
summary.md and junit.xml. A passed run without E2E_REPORT imports only rerun.py and text.py."""
