"""The exchange in a box: ECP, RAP and RRS by SFTP, a mailbox, a console of faults."""
