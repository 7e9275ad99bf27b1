import ISO7816

extension SAMSystem {
    /// SELECT by file identifier: the MF, a directory, a file of the current directory (Docs/card.md §3.3); without one
    /// the MF (ISO/IEC 7816-4:2013 §11.1.1). With a
    /// directory, what was begun with a session key or a text is given up; the PIN stays verified.
    func select(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        try require(command.p1 == 0 && (command.p2 == 0 || command.p2 == 0x0C), .incorrectP1P2)
        try require(command.data.isEmpty || command.data.count == 2, .wrongLength)
        let identifier =
            command.data.isEmpty
            ? .masterFile : FileIdentifier(rawValue: UInt16(command.data[0]) << 8 | UInt16(command.data[1]))
        let file = content.files.firstIndex { $0.directory == session.directory && $0.identifier == identifier }
        try require(file != nil || content.directories.contains(identifier), .fileNotFound)
        var information: [UInt8] = []
        if let ne = command.ne, command.p2 == 0 {
            information = controlInformation(file, identifier)
            try require(information.count <= ne, .correctLength(information.count))
        }
        if file == nil {
            session.directory = identifier
            session.delivered = nil
            session.digest = nil
        }
        session.file = file
        return Answer(data: information)
    }

    private func controlInformation(_ file: Int?, _ identifier: FileIdentifier) -> [UInt8] {
        var objects: [UInt8] = [0x83, 0x02, UInt8(identifier.rawValue >> 8), UInt8(identifier.rawValue & 0xFF)]
        if let file {
            let size = content.files[file].bytes.count
            objects =
                [0x80, 0x02, UInt8(truncatingIfNeeded: size >> 8), UInt8(truncatingIfNeeded: size)]
                + [0x82, 0x05, 0x01, 0x01, 0x00, 0x00, 0x00] + objects
        }
        return [0x6F, UInt8(objects.count)] + objects
    }

    /// READ BINARY of the current file, or by short identifier (ISO/IEC 7816-4:2013 §11.3.3). All files are free to read.
    func readBinary(_ command: ReceivedCommand) throws(SAMStop) -> Answer {
        var offset = Int(command.p1) << 8 | Int(command.p2)
        if command.p1 & 0x80 != 0 {
            let sfi = command.p1 & 0x1F
            try require(command.p1 & 0x60 == 0 && ShortFileIdentifier(rawValue: sfi) != nil, .incorrectP1P2)
            let file = content.files.firstIndex { $0.directory == session.directory && $0.sfi == sfi }
            try require(file != nil, .fileNotFound)
            session.file = file
            offset = Int(command.p2)
        }
        guard let file = session.file else { throw .refused(.commandNotAllowed) }
        let bytes = content.files[file].bytes
        try require(offset < bytes.count, .wrongP1P2)
        guard command.data.isEmpty, let ne = command.ne else { throw .refused(.wrongLength) }
        let data = Array(bytes[offset...].prefix(ne))
        return Answer(data: data, status: data.count < ne && !command.wantsAll ? .endOfFile : .ok)
    }
}
