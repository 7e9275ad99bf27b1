import Files
import Testing

@Suite("Parent folders") struct ParentFolderTests {
    @Test(
        "A path's folder is what dirname says",
        arguments: [
            ("", "."), (".", "."), ("a", "."), ("a/", "."), ("/", "/"), ("//", "/"), ("/a", "/"), ("/a/", "/"),
            ("a/b", "a"), ("a//b", "a"), ("/a/b/", "/a"), ("批次/卡", "批次"),
        ])
    func parent(_ path: String, _ folder: String) { #expect(path.parentFolder == folder) }
}
