/// Numbers of people and a little that is known of each, in memory: a person takes about 45 bytes.
///
/// Open addressing in parts that grow one after the other, so that growing never takes twice the room. One thread writes;
/// once nobody writes any more, any thread may look.
final class PersonTable: @unchecked Sendable {
    /// What is known; what it means says the owner. Who it is of is ``CardProfiles/IDNumber/packed``, never 0: no month is 0.
    struct Person {
        var key: UInt64 = 0
        var first: UInt32 = 0
        var second: UInt32 = 0
        /// A row of the table of applicants; 0 for none.
        var row: UInt32 = 0
        var marks: UInt32 = 0
    }

    private struct Part {
        /// By place; 0 where there is nobody.
        let ids: UnsafeMutableBufferPointer<UInt64>
        let people: UnsafeMutableBufferPointer<Person>
        var count = 0

        init(capacity: Int) {
            ids = .allocate(capacity: capacity)
            ids.initialize(repeating: 0)
            people = .allocate(capacity: capacity)
            people.initialize(repeating: Person())
        }

        func deallocate() {
            ids.deallocate()
            people.deallocate()
        }

        /// Where a person is, or would be.
        func place(of id: UInt64, _ hash: UInt64) -> Int {
            // The upper bits of a product, without a division.
            var place = Int(((hash & 0xFFFF_FFFF) * UInt64(ids.count)) >> 32)
            while ids[place] != 0, ids[place] != id {
                place += 1
                if place == ids.count { place = 0 }
            }
            return place
        }
    }

    private static let partCount = 64
    private static let smallest = 16
    /// Of a hundred places this many are taken before a part grows, by a quarter.
    private static let fullest = 78

    private var parts: [Part] = (0..<PersonTable.partCount).map { _ in Part(capacity: PersonTable.smallest) }
    private(set) var count = 0

    deinit { for part in parts { part.deallocate() } }

    /// Numbers come from outside: who knows the function may choose them so that they fall together. The check of a
    /// batch then takes longer, which is why each run has a seed of its own.
    private let seed = UInt64.random(in: .min ... .max) | 1

    private func hash(_ id: UInt64) -> UInt64 {
        let product = (id ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ seed << 1)
        let mixed = product.high ^ product.low
        return mixed ^ mixed >> 29
    }

    /// What is known of a person; nil for one that nothing is known of.
    func person(_ id: UInt64) -> Person? {
        let hash = hash(id)
        let part = parts[Int(hash >> 58)]
        let place = part.place(of: id, hash)
        return part.ids[place] == 0 ? nil : part.people[place]
    }

    /// Changes what is known of a person, who is entered where nothing is known so far.
    func update<Result>(_ id: UInt64, _ change: (inout Person) -> Result) -> Result {
        let hash = hash(id)
        let index = Int(hash >> 58)
        var place = parts[index].place(of: id, hash)
        if parts[index].ids[place] == 0 {
            if (parts[index].count + 1) * 100 > parts[index].ids.count * Self.fullest {
                grow(index)
                place = parts[index].place(of: id, hash)
            }
            parts[index].ids[place] = id
            parts[index].count += 1
            count += 1
        }
        return change(&parts[index].people[place])
    }

    private func grow(_ index: Int) {
        let old = parts[index]
        var part = Part(capacity: old.ids.count * 5 / 4)
        for (place, id) in old.ids.enumerated() where id != 0 {
            let new = part.place(of: id, hash(id))
            part.ids[new] = id
            part.people[new] = old.people[place]
        }
        part.count = old.count
        parts[index] = part
        old.deallocate()
    }

    /// Everybody, in no order.
    func forEach(_ body: (UInt64, Person) -> Void) {
        for part in parts {
            for (place, id) in part.ids.enumerated() where id != 0 { body(id, part.people[place]) }
        }
    }
}
