import ShangMi

/// The station that gathered evidence, as the evidence names it.
public struct EvidenceStation: Codable, Sendable, Hashable, CustomStringConvertible {
    public let name: String
    /// SM3 over the station's public key (x ‖ y), 64 lowercase hexadecimal digits.
    public let fingerprint: String

    public init(name: String, fingerprint: String) {
        self.name = name
        self.fingerprint = fingerprint
    }

    public init(name: String, publicKey: SM2.PublicKey) {
        self.init(name: name, fingerprint: SuiteEvidence.hex(SM3.hash(publicKey.bytes)))
    }

    /// 1 to 64 characters of `A-Z a-z 0-9 . _ -`.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D: true
                default: false
                }
            }
    }

    /// `NAME@FINGERPRINT`
    public var description: String { "\(name)@\(fingerprint)" }
}

/// What the cards were tested with.
public struct TestEquipment: Codable, Sendable, Hashable {
    /// The readers the cards were in; empty for virtual cards.
    public let readers: [EnvironmentRecord.Reader]
    /// Of the PC/SC daemon; empty without one.
    public let serviceVersion: String
    /// The version of this software; ``SuiteEvidence/softwareDigest`` is its build.
    public let engineVersion: String

    public init(readers: [EnvironmentRecord.Reader], serviceVersion: String, engineVersion: String) {
        self.readers = readers
        self.serviceVersion = serviceVersion
        self.engineVersion = engineVersion
    }
}

/// How much of the suite a run was asked to do, and on what.
public struct SuiteScope: Codable, Sendable, Hashable {
    /// Checks the whole suite has for this profile and dialect, those of endurance left out.
    public let suiteChecks: Int
    /// The beginnings of names that were asked for (`--only`); empty: all.
    public let only: [String]
    /// Mistakes that were put into virtual cards on purpose.
    public let faults: [String]
    /// Somebody ended the run before its last check.
    public let isStopped: Bool

    public init(suiteChecks: Int, only: [String] = [], faults: [String] = [], isStopped: Bool = false) {
        self.suiteChecks = suiteChecks
        self.only = only
        self.faults = faults
        self.isStopped = isStopped
    }
}

/// Why evidence is not that of the whole suite on a campaign's own cards.
public enum EvidenceGap: Sendable, Hashable {
    /// Software wrote it that recorded neither how much was asked for nor who ran it.
    case olderSoftware
    case checks(done: Int, of: Int)
    case stopped
    case faults([String])
    case otherDialect(campaign: String)

    public var text: CheckText {
        switch self {
        case .olderSoftware:
            CheckText(
                "the evidence was written by older software: no station has signed it, and whether it covers the whole suite is unknown",
                "证据由旧版软件生成：未经站点签名，且无法确定是否覆盖全部检测项目")
        case .checks(let done, let all):
            CheckText("\(done) of the suite's \(all) checks were asked for", "全套 \(all) 项检测中仅选做 \(done) 项")
        case .stopped: CheckText("the run was stopped before its end", "检测被中途终止")
        case .faults(let names):
            CheckText(
                "the cards were given faults on purpose: \(names.joined(separator: ", "))",
                "受检卡被有意植入故障：\(names.joined(separator: "、"))")
        case .otherDialect(let campaign):
            CheckText(
                "the cards were spoken to in another dialect than the campaign's, \(campaign)",
                "所用指令集与测试任务（\(campaign)）不同")
        }
    }
}

extension SuiteEvidence {
    /// Everything that makes it evidence of a part only.
    public var missing: [EvidenceGap] {
        guard let scope else { return [.olderSoftware] }
        var gaps: [EvidenceGap] = []
        if !scope.faults.isEmpty { gaps.append(.faults(scope.faults)) }
        if scope.isStopped { gaps.append(.stopped) }
        let done = checks.count { $0.family != .endurance }
        if done < scope.suiteChecks { gaps.append(.checks(done: done, of: scope.suiteChecks)) }
        if let campaign, campaign.dialect != dialect { gaps.append(.otherDialect(campaign: campaign.dialect)) }
        return gaps
    }

    /// What contradicts itself in who and what was tested; nil: nothing does.
    var contradiction: EvidenceFlaw? {
        guard format == Self.currentFormat else {
            guard format == Self.unsignedFormat else {
                return .format("\(Self.currentFormat)", orUnsigned: "\(Self.unsignedFormat)")
            }
            let isOld = station == nil && chip == nil && campaign == nil && environment == nil && equipment == nil
            return isOld && scope == nil ? nil : .foreignMembers
        }
        guard let station, chip != nil, equipment != nil, let scope else {
            return .membersMissing
        }
        guard EvidenceStation.isName(station.name), Self.isDigest(station.fingerprint) else {
            return .stationForm
        }
        guard scope.suiteChecks >= 0 else { return .negativeScope }
        guard campaign == nil || !campaignDigest.isEmpty else { return .noCampaignDigest }
        return campaign.flatMap(contradiction)
    }

    private func contradiction(_ campaign: Campaign) -> EvidenceFlaw? {
        do throws(CampaignError) {
            try campaign.check()
        } catch {
            return .campaign(error)
        }
        let pairs: [(String, String, String?)] = [
            ("maker", maker, campaign.maker), ("chip", chip ?? "", campaign.chip),
            ("product", product, campaign.product), ("productVersion", productVersion, campaign.productVersion),
            ("profileDigest", profileDigest, campaign.profileDigest),
            ("environment.maker", environment?.maker ?? maker, maker),
            ("environment.product", environment?.product ?? product, product),
            ("environment.productVersion", environment?.productVersion ?? productVersion, productVersion),
            ("environment.profileDigest", environment?.profileDigest ?? profileDigest, profileDigest),
            ("environment.dialect", environment?.dialect ?? campaign.dialect, campaign.dialect),
        ]
        guard let pair = pairs.first(where: { $0.1 != $0.2 }) else { return nil }
        return .differsFromCampaign(pair.0)
    }

    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
