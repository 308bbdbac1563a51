"""Forms of other people's machines: one file a provider. Pure: nothing is sent or fetched here."""
