"""The local Image Builder: a service process that speaks the EC2 Image Builder API and builds in virtual machines."""
