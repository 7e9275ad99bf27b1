// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

// Tests are built beside the optimized program they test, and need no optimizing themselves.
let testSettings = settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

// The agent's libraries. A build that leaves the trait out fetches and builds none of them.
let agent: TargetDependencyCondition? = .when(traits: ["Agent"])
let network: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird", condition: agent),
    .product(name: "HummingbirdTLS", package: "hummingbird", condition: agent),
    .product(name: "NIOPosix", package: "swift-nio", condition: agent),
    .product(name: "NIOHTTP1", package: "swift-nio", condition: agent),
    .product(name: "NIOWebSocket", package: "swift-nio", condition: agent),
    .product(name: "NIOSSL", package: "swift-nio-ssl", condition: agent),
    .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras", condition: agent),
    .product(name: "Logging", package: "swift-log", condition: agent),
    .product(name: "Yams", package: "Yams", condition: agent),
]

// The program brings Swift with it, and C++ for Foundation, and looks for no library beside itself: what runs is what was
// linked, and what the system has. Every reference is resolved before the first line runs, and cannot be changed
// afterwards. Libraries that few commands need are loaded when one needs them (CSystemLibraries), with all they bring:
// linked, they cost every command three quarters of the time it takes to start. `remap-inputs` takes them out again, for
// pkg-config names them with their headers.
let programLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld", "-static-stdlib"]
            + linker(
                ["--start-group"]
                    + [
                        "Foundation", "CoreFoundation", "FoundationEssentials", "FoundationInternationalization",
                        "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "dispatch", "BlocksRuntime",
                        "swiftDispatch", "swiftSynchronization", ":libstdc++.a", ":libcsv.a",
                    ].map { "-l\($0)" }
                    + ["--end-group", "-z", "now", "-z", "relro", "-z", "pack-relative-relocs", "--no-export-dynamic"]
                    + [
                        "cairo", "csv", "glib-2.0", "gobject-2.0", "harfbuzz", "jpeg", "pango-1.0", "pangocairo-1.0",
                        "pq",
                        "stdc++", "turbojpeg", "xml2", "zint",
                    ].map { "--remap-inputs=*/lib\($0).so=/dev/null" }))
]

func linker(_ options: [String]) -> [String] { options.flatMap { ["-Xlinker", $0] } }

let package = Package(
    name: "HealthCard",
    products: [
        .library(name: "Messages", targets: ["Messages"]),
        .library(name: "ISO7816", targets: ["ISO7816"]),
        .library(name: "ShangMi", targets: ["ShangMi"]),
        .library(name: "PCSC", targets: ["PCSC"]),
        .library(name: "CardProfiles", targets: ["CardProfiles"]),
        .library(name: "HealthCard", targets: ["HealthCard"]),
        .library(name: "Photos", targets: ["Photos"]),
        .library(name: "ElectronicCard", targets: ["ElectronicCard"]),
        .library(name: "Personalization", targets: ["Personalization"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "Production", targets: ["Production"]),
        .library(name: "Releases", targets: ["Releases"]),
        .library(name: "TestCards", targets: ["TestCards"]),
        .library(name: "VirtualCard", targets: ["VirtualCard"]),
        .library(name: "CHealthCard", targets: ["CHealthCard"]),
        // What hospital programs load: libMHC_CardInterface.so.
        .library(name: "MHC_CardInterface", type: .dynamic, targets: ["CHealthCard"]),
        .executable(name: "healthcard", targets: ["healthcard"]),
        .library(name: "CardAgent", targets: ["CardAgent"]),
        .executable(name: "healthcard-agent", targets: ["healthcard-agent"]),
    ],
    traits: [
        .trait(
            name: "Agent", description: "The local service for hospital programs, and what it needs of the network."),
        .default(enabledTraits: ["Agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CCSV", providers: [.apt(["libcsv-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CLinux"),
        .target(name: "CSM3"),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        // Linked into what uses it: hospital machines need not have it.
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZint", providers: [.apt(["libzint-dev"])]),
        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Libraries that are loaded when they are needed: what is linked are functions of the same names that load them.
        .target(
            name: "CSystemLibraries",
            dependencies: ["CLinux", "CLibXML2", "CPango", "CPostgreSQL", "CTurboJPEG", "CZint"]),
        .target(name: "Messages", swiftSettings: settings),
        .target(name: "SystemLibraries", dependencies: ["CSystemLibraries", "Messages"], swiftSettings: settings),
        .target(name: "Files", dependencies: ["CLinux", "Messages"], swiftSettings: settings),
        .target(name: "CommandHelp", dependencies: ["Messages"], swiftSettings: settings),
        .target(name: "Threads", dependencies: ["CLinux", "Files", "Messages"], swiftSettings: settings),
        .target(name: "ISO7816", dependencies: ["Messages"], swiftSettings: settings),
        .target(name: "ShangMi", dependencies: ["CLinux", "CSM3", "COpenSSL", "Messages"], swiftSettings: settings),
        .target(
            name: "PCSC", dependencies: ["CPCSC", "Files", "ISO7816", "Messages", "Threads"], swiftSettings: settings),
        .target(
            name: "CardProfiles", dependencies: ["CYAML", "Files", "ISO7816", "Messages", "ShangMi"],
            resources: [
                .embedInCode("Profiles/resident-health-card.yaml"),
                .embedInCode("Profiles/resident-health-card+test-keys.yaml"),
                .embedInCode("Profiles/resident-health-card+plain-cos.yaml"),
                .embedInCode("Profiles/resident-health-card+pboc-cos.yaml"),
                .embedInCode("Profiles/resident-health-card+huahong.yaml"),
                .embedInCode("Profiles/resident-health-card+tongfang.yaml"),
                .embedInCode("Profiles/resident-health-card+fudan.yaml"),
                .embedInCode("Profiles/resident-health-card+huada.yaml"),
            ],
            swiftSettings: settings),
        .target(
            name: "HealthCard", dependencies: ["Files", "ISO7816", "Messages", "ShangMi", "CardProfiles"],
            swiftSettings: settings),
        .target(
            name: "Photos", dependencies: ["Files", "Messages", "CardProfiles", "CTurboJPEG", "SystemLibraries"],
            swiftSettings: settings),
        .target(
            name: "ElectronicCard",
            dependencies: [
                "CHTTPS", "COpenSSL", "CZint", "Files", "ISO7816", "Messages", "ShangMi", "CardProfiles", "HealthCard",
                "SystemLibraries",
            ],
            resources: [.embedInCode("Dialects/national.json"), .embedInCode("Dialects/tencent.json")],
            swiftSettings: settings),
        .target(
            name: "Personalization",
            dependencies: [
                "Files", "ISO7816", "Messages", "ShangMi", "CardProfiles", "HealthCard", "Photos", "Releases", "CCSV",
                "CLibXML2", "CStandardDescriptors", "SystemLibraries",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Ledger",
            dependencies: [
                "CStandardDescriptors", "Files", "Messages", "ShangMi", "Releases", "Threads", "CPostgreSQL",
                "SystemLibraries",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Releases", dependencies: ["Files", "Messages", "ShangMi", "CardProfiles"], swiftSettings: settings),
        .target(
            name: "TestCards",
            dependencies: [
                "Files", "ISO7816", "Messages", "ShangMi", "PCSC", "CardProfiles", "HealthCard", "Photos",
                "Personalization", "Releases", "CPango", "CStandardDescriptors", "SystemLibraries",
            ],
            swiftSettings: settings),
        .target(
            name: "Production",
            dependencies: [
                "Files", "ISO7816", "Messages", "ShangMi", "PCSC", "CardProfiles", "HealthCard", "Personalization",
                "Ledger", "Releases", "Threads", "CStandardDescriptors",
            ],
            swiftSettings: settings),
        .target(
            name: "InterfaceCheck", dependencies: ["Files", "CardProfiles", "HealthCard"], swiftSettings: settings),
        .target(name: "CHealthCardHeader"),
        .target(name: "CStandardDescriptors"),
        .target(name: "CHTTPS"),
        .target(
            name: "CHealthCard",
            dependencies: [
                "CHealthCardHeader", "CLinux", "Files", "ISO7816", "ShangMi", "PCSC", "CardProfiles", "HealthCard",
                "Photos", "Threads",
            ],
            exclude: ["exports.map"], swiftSettings: settings),
        .target(
            name: "VirtualCard",
            dependencies: ["Files", "ISO7816", "Messages", "ShangMi", "CardProfiles", "Threads"],
            swiftSettings: settings),
        .target(
            name: "FaultyCards", dependencies: ["ISO7816", "ShangMi", "CardProfiles", "VirtualCard"],
            swiftSettings: settings),
        .target(name: "CSelfSigned", linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "CardAgent",
            dependencies: [
                "COpenSSL", "CSelfSigned", "ElectronicCard", "Files", "ISO7816", "Messages", "ShangMi", "PCSC",
                "CardProfiles",
                "HealthCard", "Photos", "Threads",
            ] + network,
            resources: [
                .embedInCode("Page/index.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
                .embedInCode("Page/texts.js"), .embedInCode("Page/openapi.json"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "healthcard-agent",
            dependencies: [
                "CardAgent", "HealthCard", "Messages", "PCSC", "Releases", "ShangMi", "Threads",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log", condition: agent),
            ],
            swiftSettings: settings, linkerSettings: programLinking),
        .executableTarget(
            name: "healthcard",
            dependencies: [
                "CLinux", "CStandardDescriptors", "CommandHelp", "ElectronicCard", "Files", "ISO7816", "Messages",
                "ShangMi", "PCSC",
                "CardProfiles", "HealthCard", "InterfaceCheck", "Personalization", "Ledger", "Production", "Releases",
                "TestCards",
                "Threads", "VirtualCard", "FaultyCards", "Photos",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings, linkerSettings: programLinking),
        // To begin from (Examples/README.md).
        .executableTarget(
            name: "ReadCard", dependencies: ["CardProfiles", "HealthCard", "Messages", "PCSC"],
            path: "Examples/ReadCard",
            swiftSettings: settings),
        .executableTarget(
            name: "UpdateThroughSAM", dependencies: ["CardProfiles", "HealthCard", "Messages", "PCSC", "ShangMi"],
            path: "Examples/UpdateThroughSAM",
            swiftSettings: settings),
        .executableTarget(
            name: "WatchReaders", dependencies: ["ISO7816", "PCSC"], path: "Examples/WatchReaders",
            swiftSettings: settings),
        .executableTarget(
            name: "MakeTestCard", dependencies: ["HealthCard", "Messages", "PCSC", "Personalization"],
            path: "Examples/MakeTestCard",
            swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
        .target(
            name: "TestTerminal", dependencies: ["Messages"], path: "Tests/Support/TestTerminal",
            swiftSettings: settings),
        .target(name: "PostgreSQLServer", path: "Tests/Support/PostgreSQLServer", swiftSettings: settings),
        .testTarget(
            name: "MessagesTests",
            dependencies: [
                "CardAgent", "CardProfiles", "ElectronicCard", "Files", "HealthCard", "ISO7816", "Ledger", "Messages",
                "PCSC",
                "Personalization", "Photos", "Production", "Releases", "ShangMi", "SystemLibraries", "TestCards",
                "Threads", "VirtualCard",
            ],
            swiftSettings: testSettings),
        .testTarget(name: "CommandHelpTests", dependencies: ["CommandHelp"], swiftSettings: testSettings),
        .testTarget(
            name: "CardAgentTests",
            dependencies: ["CardAgent", "HealthCard"]
                + [
                    .product(name: "Hummingbird", package: "hummingbird", condition: agent),
                    .product(name: "NIOHTTP1", package: "swift-nio", condition: agent),
                    .product(name: "Logging", package: "swift-log", condition: agent),
                ],
            swiftSettings: testSettings),
        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: testSettings),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: testSettings),
        .testTarget(
            name: "SystemLibrariesTests", dependencies: ["CLinux", "Messages", "SystemLibraries"],
            swiftSettings: testSettings),
        .testTarget(
            name: "ISO7816Tests", dependencies: ["ISO7816", "Messages", "CAllocationCounter"],
            swiftSettings: testSettings),
        .testTarget(name: "ShangMiTests", dependencies: ["ShangMi"], swiftSettings: testSettings),
        .testTarget(name: "PCSCTests", dependencies: ["Messages", "PCSC", "VirtualCard"], swiftSettings: testSettings),
        .testTarget(name: "CardProfilesTests", dependencies: ["CardProfiles"], swiftSettings: testSettings),
        .testTarget(name: "HealthCardTests", dependencies: ["HealthCard", "VirtualCard"], swiftSettings: testSettings),
        .testTarget(
            name: "ElectronicCardTests", dependencies: ["ElectronicCard", "HealthCard", "CAllocationCounter"],
            swiftSettings: testSettings),
        .testTarget(
            name: "CHealthCardTests", dependencies: ["CHealthCard", "CLinux", "ISO7816", "HealthCard", "PCSC"],
            swiftSettings: testSettings),
        .testTarget(
            name: "InterfaceCheckTests", dependencies: ["InterfaceCheck", "CardProfiles"], swiftSettings: testSettings),
        .testTarget(
            name: "PersonalizationTests", dependencies: ["Personalization", "Photos", "VirtualCard"],
            swiftSettings: testSettings),
        .testTarget(
            name: "LedgerTests", dependencies: ["Ledger", "Messages", "Releases", "ShangMi", "PostgreSQLServer"],
            exclude: ["Version4"],
            swiftSettings: testSettings),
        .testTarget(
            name: "ProductionTests",
            dependencies: [
                "Messages", "Production", "PCSC", "HealthCard", "Personalization", "Ledger", "VirtualCard",
                "TestTerminal",
            ],
            exclude: ["Feeders"], swiftSettings: testSettings),
        .testTarget(
            name: "ReleasesTests",
            dependencies: [
                "Releases", "HealthCard", "Personalization", "Ledger", "Production", "TestCards", "VirtualCard",
                "PostgreSQLServer",
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "TestCardsTests",
            dependencies: ["Messages", "TestCards", "HealthCard", "Personalization", "VirtualCard", "FaultyCards"],
            swiftSettings: testSettings),
        .testTarget(
            name: "VirtualCardTests", dependencies: ["VirtualCard", "FaultyCards"], swiftSettings: testSettings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CommandHelp", "PCSC", "HealthCard", "Personalization", "Ledger", "Releases", "TestCards",
                "VirtualCard",
                "FaultyCards", "PostgreSQLServer", "TestTerminal",
            ],
            swiftSettings: testSettings),
    ]
)
