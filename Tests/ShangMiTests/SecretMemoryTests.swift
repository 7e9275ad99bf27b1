import Foundation
import Testing

@testable import ShangMi

@Suite("Secret memory")
struct SecretMemoryTests {
    /// The flags of the mapping that holds an address, of /proc/self/smaps.
    private func flags(of address: UInt) throws -> Set<Substring> {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        var isInside = false
        for line in maps.split(separator: "\n") {
            let range = line.prefix { $0 != " " }.split(separator: "-")
            if range.count == 2, let start = UInt(range[0], radix: 16), let end = UInt(range[1], radix: 16) {
                isInside = (start..<end).contains(address)
            } else if isInside, line.hasPrefix("VmFlags:") {
                return Set(line.dropFirst(8).split(separator: " "))
            }
        }
        return []
    }

    @Test(
        "secrets of every size lie in memory that is left out of core dumps, and is locked where that is allowed",
        arguments: [0, 1, 16, 64, 65, 1024, 1025, 100_000])
    func flags(count: Int) throws {
        let secret = SecretBytes(copying: [UInt8](repeating: 0xA5, count: count))
        let address = secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(address % 16 == 0)
        let flags = try flags(of: address)
        #expect(flags.contains("dd"))
        #expect(flags.contains("lo") || !SecretMemory.status.isLocked)
        #expect(secret.withUnsafeBytes { $0.allSatisfy { $0 == 0xA5 } })
        #expect(SecretMemory.status.isLeftOutOfDumps)
    }

    @Test("thousands at once keep to themselves, and their memory comes again")
    func many() {
        func fill() -> [SecretBytes] {
            (0..<5_000).map { index in
                SecretBytes(copying: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 1 + index % 1100))
            }
        }
        let secrets = fill()
        for (index, secret) in secrets.enumerated() {
            #expect(secret.count == 1 + index % 1100)
            #expect(secret.withUnsafeBytes { $0.allSatisfy { $0 == UInt8(truncatingIfNeeded: index) } })
        }
        #expect(Set(secrets.map { $0.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }).count == secrets.count)
        let before = SecretMemory.status.mapped
        for _ in 0..<20 { for size in 1...200 { _ = SecretBytes(copying: [UInt8](repeating: 1, count: size)) } }
        // Other suites run beside this one and take a mapping now and then.
        #expect(SecretMemory.status.mapped - before < 64 * SecretMemory.mappingSize)
    }

    @Test("threads that make and drop secrets at the same time")
    func threads() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<2_000 {
                        let byte = UInt8(truncatingIfNeeded: task &* 31 &+ round)
                        let secret = SecretBytes(copying: [UInt8](repeating: byte, count: 16 + round % 80))
                        guard secret.withUnsafeBytes({ $0.allSatisfy { $0 == byte } }) else { return false }
                    }
                    return true
                }
            }
            for await isWhole in group { #expect(isWhole) }
        }
    }

    @Test("a closed process says so, and what it lacks")
    func protection() {
        let protection = ProcessProtection.engage()
        #expect(protection.isUndumpable)
        #expect(protection.writesNoCoreFile)
        #expect(protection.shortfalls.contains(.unlockedMemory) == !protection.memory.isLocked)
        #expect(!protection.shortfalls.contains(.dumpable) && !protection.shortfalls.contains(.coreFiles))
        #expect(ProcessProtection.current.isUndumpable)
    }
}
