"""The connections page: Local and the AWS accounts, who one is there, and how one signs in."""
