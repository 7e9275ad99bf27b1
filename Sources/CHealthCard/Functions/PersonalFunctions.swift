public import CHealthCardHeader

@c @implementation
public func iR_DF01EF05Info(
    _ device: HANDLE?, _ DZLB1: CText?, _ DZ1: CText?, _ DZLB2: CText?, _ DZ2: CText?
) -> Int32 {
    readTexts(device, "DF01/EF05", answersCode: true, [DZLB1, DZ1, DZLB2, DZ2])
}

@c @implementation
public func iW_DF01EF05Info(
    _ device: HANDLE?, _ DZLB1: CText?, _ DZ1: CText?, _ DZLB2: CText?, _ DZ2: CText?
) -> Int32 {
    writeTexts(device, "DF01/EF05", [DZLB1, DZ1, DZLB2, DZ2])
}

@c @implementation
public func iR_DF01EF06Info(
    _ device: HANDLE?, _ LXRXM1: CText?, _ LXRGX1: CText?, _ LXRDH1: CText?, _ LXRXM2: CText?, _ LXRGX2: CText?,
    _ LXRDH2: CText?, _ LXRXM3: CText?, _ LXRGX3: CText?, _ LXRDH3: CText?
) -> Int32 {
    readTexts(device, "DF01/EF06", [LXRXM1, LXRGX1, LXRDH1, LXRXM2, LXRGX2, LXRDH2, LXRXM3, LXRGX3, LXRDH3])
}

@c @implementation
public func iW_DF01EF06Info(
    _ device: HANDLE?, _ LXRXM1: CText?, _ LXRGX1: CText?, _ LXRDH1: CText?, _ LXRXM2: CText?, _ LXRGX2: CText?,
    _ LXRDH2: CText?, _ LXRXM3: CText?, _ LXRGX3: CText?, _ LXRDH3: CText?
) -> Int32 {
    writeTexts(device, "DF01/EF06", [LXRXM1, LXRGX1, LXRDH1, LXRXM2, LXRGX2, LXRDH2, LXRXM3, LXRGX3, LXRDH3])
}

@c @implementation
public func iR_DF01EF07Info(_ device: HANDLE?, _ WHCD: CText?, _ HYZK: CText?, _ ZY: CText?) -> Int32 {
    readTexts(device, "DF01/EF07", [WHCD, HYZK, ZY])
}

@c @implementation
public func iW_DF01EF07Info(_ device: HANDLE?, _ WHCD: CText?, _ HYZK: CText?, _ ZY: CText?) -> Int32 {
    writeTexts(device, "DF01/EF07", [WHCD, HYZK, ZY])
}

@c @implementation
public func iR_DF01EF08Info(
    _ device: HANDLE?, _ ZJLB: CText?, _ ZJHM: CText?, _ JKDAH: CText?, _ XNHZH: CText?
) -> Int32 {
    readTexts(device, "DF01/EF08", [ZJLB, ZJHM, JKDAH, XNHZH])
}

@c @implementation
public func iW_DF01EF08Info(
    _ device: HANDLE?, _ ZJLB: CText?, _ ZJHM: CText?, _ JKDAH: CText?, _ XNHZH: CText?
) -> Int32 {
    writeTexts(device, "DF01/EF08", [ZJLB, ZJHM, JKDAH, XNHZH])
}
