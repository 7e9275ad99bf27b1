extension BERTLV {
    /// Data objects that lie one after another; walking them allocates nothing.
    public struct Objects: Sequence, Sendable {
        let storage: [UInt8]
        let start: Int
        let end: Int

        @inline(__always)
        init(storage: [UInt8], start: Int, end: Int) {
            self.storage = storage
            self.start = start
            self.end = end
        }

        public func makeIterator() -> Iterator { Iterator(storage: storage, position: start, end: end) }

        public struct Iterator: IteratorProtocol, Sendable {
            let storage: [UInt8]
            var position: Int
            let end: Int

            @inline(__always)
            init(storage: [UInt8], position: Int, end: Int) {
                self.storage = storage
                self.position = position
                self.end = end
            }

            @inline(__always)
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
        public func first(_ tag: BERTag) -> BERTLV? {
            var position = start
            while let header = BERHeader(storage, from: position, to: end) {
                if header.tag == tag.rawValue { return BERTLV(storage: storage, header: header) }
                position = header.end
            }
            return nil
        }

        /// All of them and all inside them, in the order of their bytes.
        public var descendants: Descendants { Descendants(self) }

        /// The first with this tag among these or at any depth inside, in the order of the bytes.
        public func find(_ tag: BERTag) -> BERTLV? {
            var matches = findAll(tag).makeIterator()
            return matches.next()
        }

        /// All with this tag among these and at any depth inside, found one by one.
        public func findAll(_ tag: BERTag) -> Matches { Matches(objects: self, tag: tag) }
    }

    /// Data objects at all depths, in the order of their bytes. Since a template's first child starts where its value
    /// does, the walk needs no stack.
    public struct Descendants: Sequence, Sendable {
        let objects: Objects

        init(_ objects: Objects) { self.objects = objects }

        public func makeIterator() -> Iterator { Iterator(objects: objects, position: objects.start) }

        public struct Iterator: IteratorProtocol, Sendable {
            let objects: Objects
            var position: Int

            @inline(__always)
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
        let objects: Objects
        let tag: BERTag

        public func makeIterator() -> Iterator {
            Iterator(objects: objects, tag: tag, position: objects.start)
        }

        public struct Iterator: IteratorProtocol, Sendable {
            let objects: Objects
            let tag: BERTag
            var position: Int

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
