"""A tree of files as a package has it: paths, contents, rights, owners. Everything that is made of it is sorted and dated alike."""

import dataclasses
import gzip
import os
import pathlib
import shutil

from context import PackagingError


@dataclasses.dataclass(frozen=True)
class Entry:
    path: str  # below the root, without a leading slash
    source: pathlib.Path | None = None
    content: bytes | None = None
    link: str | None = None
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    configuration: bool = False

    @property
    def is_folder(self):
        return self.source is None and self.content is None and self.link is None


class Tree:
    def __init__(self):
        self.entries = {}

    def add(self, entry):
        if entry.path in self.entries:
            raise PackagingError(f"/{entry.path} is there twice")
        self.entries[entry.path] = entry

    def file(self, path, source, mode=0o644, **rest):
        source = pathlib.Path(source)
        if not source.is_file():
            raise PackagingError(f"{source} is missing")
        self.add(Entry(path, source=source, mode=mode, **rest))

    def text(self, path, text, mode=0o644, **rest):
        self.add(Entry(path, content=text.encode() if isinstance(text, str) else text, mode=mode, **rest))

    def compressed(self, path, data):
        """With the name and the time left out, which gzip would write into it."""
        self.text(path + ".gz", gzip.compress(data, 9, mtime=0))

    def folder(self, path, mode=0o755, **rest):
        self.add(Entry(path, mode=mode, **rest))

    def link(self, path, target):
        self.add(Entry(path, link=target, mode=0o777))

    def sorted(self):
        return [self.entries[path] for path in sorted(self.entries)]

    def write(self, folder, epoch):
        """Lays the tree down, with every folder above its files."""
        folder = pathlib.Path(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for entry in self.sorted():
            target = folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.link is not None:
                target.symlink_to(entry.link)
            elif entry.is_folder:
                target.mkdir(exist_ok=True)
            elif entry.source is not None:
                shutil.copyfile(entry.source, target)
            else:
                target.write_bytes(entry.content)
        for current, folders, files in os.walk(folder):
            os.chmod(current, 0o755)
            for name in files + folders:
                path = pathlib.Path(current, name)
                if path.is_symlink():
                    os.utime(path, (epoch, epoch), follow_symlinks=False)
                elif path.is_file():
                    os.chmod(path, 0o644)
        for entry in self.sorted():
            if entry.link is None:
                os.chmod(folder / entry.path, entry.mode)
        for current, folders, files in os.walk(folder, topdown=False):
            for name in files + folders:
                os.utime(pathlib.Path(current, name), (epoch, epoch), follow_symlinks=False)
        os.utime(folder, (epoch, epoch))
