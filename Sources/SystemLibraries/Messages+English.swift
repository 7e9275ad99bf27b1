import Messages

extension MissingLibrary {
    public var english: English {
        .init(
            "a library of the system is missing (\(missing))",
            hint: "install it: `apt install \(library.package)`")
    }
}
