public import CHealthCardHeader

@c @implementation
public func iR_DF02EF05Info(
    _ device: HANDLE?, _ ABOXX: CText?, _ RHXX: CText?, _ XCBZ: CText?, _ XZBBZ: CText?, _ XNXGBBZ: CText?,
    _ DXBBZ: CText?, _ NXWLBZ: CText?, _ TNBBZ: CText?, _ QGYBZ: CText?, _ TXBZ: CText?, _ QGYZBZ: CText?,
    _ QGQSBZ: CText?, _ KZXYZBZ: CText?, _ XZQBQBZ: CText?, _ QTYXJSMC: CText?
) -> Int32 {
    readTexts(
        device, "DF02/EF05",
        [
            ABOXX, RHXX, XCBZ, XZBBZ, XNXGBBZ, DXBBZ, NXWLBZ, TNBBZ, QGYBZ, TXBZ, QGYZBZ, QGQSBZ, KZXYZBZ, XZQBQBZ,
            QTYXJSMC,
        ])
}

@c @implementation
public func iW_DF02EF05Info(
    _ device: HANDLE?, _ ABOXX: CText?, _ RHXX: CText?, _ XCBZ: CText?, _ XZBBZ: CText?, _ XNXGBBZ: CText?,
    _ DXBBZ: CText?, _ NXWLBZ: CText?, _ TNBBZ: CText?, _ QGYBZ: CText?, _ TXBZ: CText?, _ QGYZBZ: CText?,
    _ QGQSBZ: CText?, _ KZXYZBZ: CText?, _ XZQBQBZ: CText?, _ QTYXJSMC: CText?
) -> Int32 {
    writeTexts(
        device, "DF02/EF05",
        [
            ABOXX, RHXX, XCBZ, XZBBZ, XNXGBBZ, DXBBZ, NXWLBZ, TNBBZ, QGYBZ, TXBZ, QGYZBZ, QGQSBZ, KZXYZBZ, XZQBQBZ,
            QTYXJSMC,
        ])
}

@c @implementation
public func iR_DF02EF06Info(_ device: HANDLE?, _ JSBBZ: CText?) -> Int32 {
    readTexts(device, "DF02/EF06", [JSBBZ])
}

@c @implementation
public func iW_DF02EF06Info(_ device: HANDLE?, _ JSBBZ: CText?) -> Int32 {
    writeTexts(device, "DF02/EF06", [JSBBZ])
}

@c @implementation
public func iR_DF02EF07Info(_ device: HANDLE?, _ record: Int32, _ GMWZMC: CText?, _ GMFY: CText?) -> Int32 {
    readTexts(device, "DF02/EF07", record: record, [GMWZMC, GMFY])
}

@c @implementation
public func iW_DF02EF07Info(_ device: HANDLE?, _ GMWZMC: CText?, _ GMFY: CText?) -> Int32 {
    writeTexts(device, "DF02/EF07", [GMWZMC, GMFY])
}

@c @implementation
public func iR_DF02EF08Info(_ device: HANDLE?, _ record: Int32, _ MYJZMC: CText?, _ MYJZSJ: CText?) -> Int32 {
    readTexts(device, "DF02/EF08", record: record, [MYJZMC, MYJZSJ])
}

@c @implementation
public func iW_DF02EF08Info(_ device: HANDLE?, _ MYJZMC: CText?, _ MYJZSJ: CText?) -> Int32 {
    writeTexts(device, "DF02/EF08", [MYJZMC, MYJZSJ])
}
