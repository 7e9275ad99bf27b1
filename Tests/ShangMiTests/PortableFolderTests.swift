import Testing

@testable import ShangMi

@Suite("The portable folder") struct PortableFolderTests {
    private static let maps = """
        555500000000-555500400000 r--p 00000000 fe:00 4711 /opt/health card/libexec/healthcard
        555500400000-555500900000 r-xp 00400000 fe:00 4711 /opt/health card/libexec/healthcard
        7f0000000000-7f0000030000 r-xp 00000000 fe:00 4712 /opt/health card/lib/glibc/ld-linux-x86-64.so.2
        7f0000100000-7f0000130000 rw-p 00000000 00:00 0
        7fff00000000-7fff00020000 r-xp 00000000 00:00 0 [vdso]
        """
    private static let loader = "/opt/health card/lib/glibc/ld-linux-x86-64.so.2"

    @Test("A program that a loader runs is started again by what started the loader")
    func launcher() {
        let place = PortableFolder.place(ofProgramAt: 0x5555_0000_0040, maps: Self.maps, started: Self.loader)
        #expect(place == .init(folder: "/opt/health card", program: "healthcard"))
        #expect(place?.launcher == "/opt/health card/bin/healthcard")
    }

    @Test("A program that was started itself, or lies elsewhere, runs from no such folder")
    func others() {
        let (maps, program) = (Self.maps, "/opt/health card/libexec/healthcard")
        #expect(PortableFolder.place(ofProgramAt: 0x5555_0000_0040, maps: maps, started: program) == nil)
        let elsewhere = maps.replacing("/libexec/", with: "/bin/")
        #expect(PortableFolder.place(ofProgramAt: 0x5555_0000_0040, maps: elsewhere, started: Self.loader) == nil)
        // No file is there: the kernel's code, anonymous memory, nothing.
        for address: UInt in [0x7FFF_0000_0010, 0x7F00_0010_0010, 0x10] {
            #expect(PortableFolder.place(ofProgramAt: address, maps: maps, started: Self.loader) == nil)
        }
        #expect(PortableFolder.place(ofProgramAt: 0x10, maps: "no maps\n-\n1-2 r\n", started: Self.loader) == nil)
    }

    @Test("This program is started again by its own file")
    func own() {
        #expect(ProcessStart.program == PortableFolder.started)
        #expect(PortableFolder.current == nil)
    }
}
