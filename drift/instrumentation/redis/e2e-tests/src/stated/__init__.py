"""The requests' full answers and outbound calls, a module for each of the application's."""
