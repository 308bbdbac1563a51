"""The browser side as the HTTP room serves it: the files of `web/`, with this site's values written into its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.house import StaticFile
from web.assets import Asset, Assets, load_assets


@dataclass(frozen=True, slots=True)
class BrowserSide:
    """Static files, read once. `values` fill the slots of pages, such as the widget key of the sample page."""

    values: Mapping[str, str] = field(default_factory=dict)
    assets: Assets = field(default_factory=load_assets)

    def loader(self) -> StaticFile:
        """The script a site embeds."""
        return _file(self.assets.loader())

    def asset(self, version: str, path: str) -> StaticFile | None:
        """A file of this very version; None for any other."""
        found = self.assets.find(path) if version == self.assets.fingerprint else None
        return _file(found) if found else None

    def page(self, name: str) -> StaticFile | None:
        """A page with its values; None when there is none or it needs values this process does not have."""
        try:
            return _file(self.assets.page(name, **self.values))
        except KeyError:
            return None


def _file(asset: Asset) -> StaticFile:
    return StaticFile(asset.body, asset.media_type)
