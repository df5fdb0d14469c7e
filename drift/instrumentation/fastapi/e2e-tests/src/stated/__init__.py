"""What each module of the application must answer, a module here for each there."""
