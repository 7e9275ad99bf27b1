import Messages

/// What is wrong with a file, with its path.
struct AtPath: Message {
    let path: String
    let problem: AnyMessage

    init(_ path: String, _ problem: some Message) {
        self.path = path
        self.problem = AnyMessage(problem)
    }

    var english: English { .init("\(path): \(problem)", hintOf: problem) }
    var chinese: Chinese { .init("\(path)：\(problem)", hintOf: problem) }
}
