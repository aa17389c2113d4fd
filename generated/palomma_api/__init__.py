"""Generated from openapi/palomma.yaml by `make generate`. Not edited by hand."""
