public import CHealthCardHeader

@c @implementation
public func iR_DDF1EF05Info(
    _ device: HANDLE?, _ KLB: CText?, _ GFBB: CText?, _ FKJGMC: CText?, _ FKJGDM: CText?, _ FKJGZS: CText?,
    _ FKSJ: CText?, _ KH: CText?, _ AQM: CText?, _ XPXLH: CText?, _ YYCSDM: CText?
) -> Int32 {
    readTexts(
        device, "DDF1/EF05", answersCode: true, [KLB, GFBB, FKJGMC, FKJGDM, FKJGZS, FKSJ, KH, AQM, XPXLH, YYCSDM])
}

@c @implementation
public func iW_DDF1EF05Info(
    _ device: HANDLE?, _ KLB: CText?, _ GFBB: CText?, _ FKJGMC: CText?, _ FKJGDM: CText?, _ FKJGZS: CText?,
    _ FKSJ: CText?, _ KH: CText?, _ AQM: CText?, _ XPXLH: CText?, _ YYCSDM: CText?
) -> Int32 {
    writeTexts(device, "DDF1/EF05", [KLB, GFBB, FKJGMC, FKJGDM, FKJGZS, FKSJ, KH, AQM, XPXLH, YYCSDM])
}

@c @implementation
public func iR_DDF1EF06Info(
    _ device: HANDLE?, _ XM: CText?, _ XB: CText?, _ MZ: CText?, _ CSRQ: CText?, _ SFZH: CText?
) -> Int32 {
    readTexts(device, "DDF1/EF06", answersCode: true, [XM, XB, MZ, CSRQ, SFZH])
}

@c @implementation
public func iW_DDF1EF06Info(
    _ device: HANDLE?, _ XM: CText?, _ XB: CText?, _ MZ: CText?, _ CSRQ: CText?, _ SFZH: CText?
) -> Int32 {
    writeTexts(device, "DDF1/EF06", [XM, XB, MZ, CSRQ, SFZH])
}

@c @implementation
public func iR_DDF1EF08Info(
    _ device: HANDLE?, _ KYXQ: CText?, _ BRDH1: CText?, _ BRDH2: CText?, _ YLFYZFFS1: CText?, _ YLFYZFFS2: CText?,
    _ YLFYZFFS3: CText?
) -> Int32 {
    readTexts(device, "DDF1/EF08", answersCode: true, [KYXQ, BRDH1, BRDH2, YLFYZFFS1, YLFYZFFS2, YLFYZFFS3])
}

@c @implementation
public func iW_DDF1EF08Info(
    _ device: HANDLE?, _ KYXQ: CText?, _ BRDH1: CText?, _ BRDH2: CText?, _ YLFYZFFS1: CText?, _ YLFYZFFS2: CText?,
    _ YLFYZFFS3: CText?
) -> Int32 {
    writeTexts(device, "DDF1/EF08", [KYXQ, BRDH1, BRDH2, YLFYZFFS1, YLFYZFFS2, YLFYZFFS3])
}

@c @implementation
public func iR_DDF1EF07Info(_ device: HANDLE?, _ ZHAOPIAN: UnsafeMutablePointer<BYTE>?) -> Int32 {
    CardInterface.shared.call(device, [Shape.pointer("photo", ZHAOPIAN)]) { terminal throws(ReturnCode) in
        guard let ZHAOPIAN else { throw .argument.because("the buffer is NULL") }
        guard terminal.conventions.photo == .path else {
            return CallerMemory.put(
                try terminal.photo("DDF1/EF07", atMost: terminal.conventions.photoLimit), at: ZHAOPIAN)
        }
        let path = try PhotoPath.named(ZHAOPIAN)
        let prefix = try terminal.file("DDF1/EF07").items.first?.prefixLength ?? 0
        try PhotoPath.write(Array(terminal.photo("DDF1/EF07", atMost: .max).dropFirst(prefix)), to: path)
    }
}

@c @implementation
public func iW_DDF1EF07Info(_ device: HANDLE?, _ ZHAOPIAN: UnsafeMutablePointer<BYTE>?) -> Int32 {
    CardInterface.shared.call(device, [Shape.pointer("photo", ZHAOPIAN)]) { terminal throws(ReturnCode) in
        guard let ZHAOPIAN else { return }
        guard terminal.conventions.photo == .path else { return try terminal.writePhoto(at: ZHAOPIAN, to: "DDF1/EF07") }
        guard CallerMemory.readable(ZHAOPIAN, atMost: 1) != [0] else { return }
        try terminal.writePhoto(inFile: PhotoPath.named(ZHAOPIAN), to: "DDF1/EF07")
    }
}
