"""The browser side: widget and pages, plain ES modules shipped as written."""
