extension String {
    /// The folder a path's last part is in: `.` for a name by itself and for nothing, `/` for what lies in the root.
    /// Slashes at the end are not part of the name. Asks no file system: it is there when the current folder is not.
    public var parentFolder: String {
        var bytes = Array(utf8)
        while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
        guard let slash = bytes.lastIndex(of: 0x2F) else { return "." }
        bytes.removeSubrange(slash...)
        while bytes.last == 0x2F { bytes.removeLast() }
        return bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
    }
}
