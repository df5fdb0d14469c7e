"""What a person or a CI asks for beside the terminal: report.html, summary.md, junit.xml, annotations. All of it is
rendered from a run's artifacts, at any time. A green run that nobody asked for a report imports nothing of this."""
