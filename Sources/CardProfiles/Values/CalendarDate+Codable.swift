extension CalendarDate: Codable {
    /// From the string `YYYY-MM-DD`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = CalendarDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no date of the calendar")
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CalendarDateTime: Codable {
    /// From the string `YYYY-MM-DDThh:mm:ss`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let dateTime = CalendarDateTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no date and time")
        }
        self = dateTime
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
