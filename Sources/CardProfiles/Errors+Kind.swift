import Messages

// What each error of this module means to whoever asked; its words are English only so far.

extension ProfileError: ClassifiedError {
    public var kind: ErrorKind { .badInput }
}
