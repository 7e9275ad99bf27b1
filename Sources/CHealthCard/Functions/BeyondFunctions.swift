public import CHealthCardHeader
import HealthCard

@c @implementation
public func iReader_GetLastEEIndex(_ device: HANDLE?) -> Int32 { nextRecord(device, .inpatient) }

@c @implementation
public func iReader_GetLastEDIndex(_ device: HANDLE?) -> Int32 { nextRecord(device, .outpatient) }

private func nextRecord(_ device: HANDLE?, _ kind: VisitKind, function: String = #function) -> Int32 {
    var record: Int32 = -1
    let code = CardInterface.shared.call(device, function: function) { terminal throws(ReturnCode) in
        record = Int32(try terminal.nextRecord(kind))
    }
    return code == IRV_OK ? record : -1
}

@c @implementation
public func IReader_GetDeviceCSN(_ device: HANDLE?, _ info: CText?) -> Int32 {
    info?.put([])
    return CardInterface.shared.call(device, [Shape.pointer("info", info)]) { terminal throws(ReturnCode) in
        guard let info else { throw .argument.because("the buffer is NULL") }
        info.put(try terminal.readerSerial())
    }
}

@c @implementation
public func LockPersonalInfo(_ device: HANDLE?) -> Int32 {
    CardInterface.shared.call(device) { terminal throws(ReturnCode) in try terminal.lockPersonalInformation() }
}
