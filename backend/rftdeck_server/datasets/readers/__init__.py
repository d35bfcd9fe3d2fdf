"""From files to records, in bounded memory, whatever the files hold."""
