import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension ReleaseRefusal: ClassifiedError {
    public var kind: ErrorKind { .notAllowed }
}

extension ReleaseFileError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}
