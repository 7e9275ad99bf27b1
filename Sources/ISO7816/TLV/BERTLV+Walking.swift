extension BERTLV {
    /// Data objects that lie one after another; walking them allocates nothing.
    public struct Objects: Sequence, Sendable {
        @usableFromInline let storage: [UInt8]
        @usableFromInline let start: Int
        @usableFromInline let end: Int

        @inlinable @inline(__always)
        init(storage: [UInt8], start: Int, end: Int) {
            self.storage = storage
            self.start = start
            self.end = end
        }

        @inlinable
        public func makeIterator() -> Iterator { Iterator(storage: storage, position: start, end: end) }

        public struct Iterator: IteratorProtocol, Sendable {
            @usableFromInline let storage: [UInt8]
            @usableFromInline var position: Int
            @usableFromInline let end: Int

            @inlinable @inline(__always)
            init(storage: [UInt8], position: Int, end: Int) {
                self.storage = storage
                self.position = position
                self.end = end
            }

            @inlinable @inline(__always)
            public mutating func next() -> BERTLV? {
                guard let header = BERHeader(storage, from: position, to: end) else {
                    position = end
                    return nil
                }
                position = header.end
                return BERTLV(storage: storage, header: header)
            }

            var isAtEnd: Bool { BERHeader(storage, from: position, to: end) == nil }
            var nextOffset: Int { BERHeader(storage, from: position, to: end)?.start ?? end }
        }

        public var isEmpty: Bool { BERHeader(storage, from: start, to: end) == nil }

        /// The first of these data objects with this tag.
        @inlinable
        public func first(_ tag: BERTag) -> BERTLV? {
            var position = start
            while let header = BERHeader(storage, from: position, to: end) {
                if header.tag == tag.rawValue { return BERTLV(storage: storage, header: header) }
                position = header.end
            }
            return nil
        }

        /// All of them and all inside them, in the order of their bytes.
        @inlinable
        public var descendants: Descendants { Descendants(self) }

        /// The first with this tag among these or at any depth inside, in the order of the bytes.
        @inlinable
        public func find(_ tag: BERTag) -> BERTLV? {
            var matches = findAll(tag).makeIterator()
            return matches.next()
        }

        /// All with this tag among these and at any depth inside, found one by one.
        @inlinable
        public func findAll(_ tag: BERTag) -> Matches { Matches(objects: self, tag: tag) }
    }

    /// Data objects at all depths, in the order of their bytes. Since a template's first child starts where its value
    /// does, the walk needs no stack.
    public struct Descendants: Sequence, Sendable {
        @usableFromInline let objects: Objects

        @inlinable
        init(_ objects: Objects) { self.objects = objects }

        @inlinable
        public func makeIterator() -> Iterator { Iterator(objects: objects, position: objects.start) }

        public struct Iterator: IteratorProtocol, Sendable {
            @usableFromInline let objects: Objects
            @usableFromInline var position: Int

            @inlinable
            init(objects: Objects, position: Int) {
                self.objects = objects
                self.position = position
            }

            @inlinable @inline(__always)
            public mutating func next() -> BERTLV? {
                guard let header = BERHeader(objects.storage, from: position, to: objects.end) else { return nil }
                let object = BERTLV(storage: objects.storage, header: header)
                position = object.isConstructed ? header.valueStart : header.end
                return object
            }
        }
    }

    /// Data objects of one tag at any depth, found one by one.
    public struct Matches: Sequence, Sendable {
        @usableFromInline let objects: Objects
        @usableFromInline let tag: BERTag

        @inlinable
        init(objects: Objects, tag: BERTag) {
            self.objects = objects
            self.tag = tag
        }

        @inlinable
        public func makeIterator() -> Iterator {
            Iterator(objects: objects, tag: tag, position: objects.start)
        }

        public struct Iterator: IteratorProtocol, Sendable {
            @usableFromInline let objects: Objects
            @usableFromInline let tag: BERTag
            @usableFromInline var position: Int

            @inlinable
            init(objects: Objects, tag: BERTag, position: Int) {
                self.objects = objects
                self.tag = tag
                self.position = position
            }

            @inlinable
            public mutating func next() -> BERTLV? {
                while let header = BERHeader(objects.storage, from: position, to: objects.end) {
                    let isConstructed = BERTag(unchecked: header.tag).isConstructed
                    position = isConstructed ? header.valueStart : header.end
                    if header.tag == tag.rawValue { return BERTLV(storage: objects.storage, header: header) }
                }
                return nil
            }
        }
    }
}
