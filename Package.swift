// swift-tools-version: 6.2
// Reads from top to bottom in layer order: a target may only use what stands above it.
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ path: String? = nil, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, path: path ?? "Sources/\(name)", swiftSettings: house)
}

func program(_ name: String, _ path: String? = nil, uses: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: uses, path: path ?? "Sources/\(name)", swiftSettings: house)
}

func tests(_ name: String, of uses: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: uses + ["TestSupport"], path: "Tests/\(name)", swiftSettings: house)
}

/// A C library of Debian's, seen by exactly one Swift target.
func debian(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "bayplan",
    products: [
        .executable(name: "bayplan", targets: ["bayplan"]),
        .executable(name: "bayplan-agent", targets: ["bayplan-agent"]),
        .executable(name: "bayplan-aggregator", targets: ["bayplan-aggregator"]),
        .executable(name: "bayplan-simulator", targets: ["bayplan-simulator"]),
    ],
    targets: [
        // C modules
        .target(name: "CSystem", path: "Sources/CSystem"),
        debian("CSQLite", "sqlite3", "libsqlite3-dev"),
        debian("CCrypto", "libcrypto", "libssl-dev"),
        debian("CTLS", "openssl", "libssl-dev"),
        debian("CYAML", "yaml-0.1", "libyaml-dev"),
        .systemLibrary(name: "CEpoll", path: "Sources/CEpoll"),

        // Pure: values, text and decisions; no system, no clock, no chance
        library("Inventory"),
        library("JSON"),
        library("Wire", "proto/Wire", uses: ["Inventory", "JSON"]),
        library("RevP", uses: ["Inventory"]),
        library("Template", uses: ["JSON"]),
        library("Freshness"),
        library("Metrics"),

        // Facilities: thin over the system or one C library
        library("OS", uses: ["CSystem"]),
        library("Log", uses: ["JSON", "OS"]),
        library("Crypto", uses: ["CCrypto"]),
        library("TLS", uses: ["CTLS", "OS"]),
        library("Access", uses: ["Inventory", "JSON", "OS"]),
        library("YAML", uses: ["CYAML"]),
        library("SQLite", uses: ["CSQLite"]),
        library("Settings", uses: ["YAML", "OS"]),
        library("HTTP", uses: ["OS"]),
        library("HTTPServer", uses: ["CEpoll", "OS", "TLS"]),
        library("Lifecycle", uses: ["OS", "Log"]),
        library("Daemon", uses: ["Lifecycle", "Log", "OS", "Settings"]),

        // One Engine, watched
        library("Cgroups", uses: ["Inventory", "OS"]),
        library("Docker", uses: ["HTTP", "JSON", "Inventory", "OS"]),
        library("Watch", uses: ["Docker", "Inventory", "JSON", "Log", "OS", "Wire"]),

        // The agent
        library(
            "AgentCore", "agent/Core",
            uses: [
                "Access", "Cgroups", "Docker", "Inventory", "JSON", "Lifecycle", "Log", "Metrics", "OS",
                "Settings", "TLS", "Watch", "Wire",
            ]),
        program(
            "bayplan-agent", "agent/Main",
            uses: ["AgentCore", "Daemon", "Inventory", "Lifecycle", "Log", "OS", "Settings"]),

        // The aggregator
        library("Fleet", "aggregator/Fleet", uses: ["Inventory", "JSON", "Wire"]),
        library(
            "Journal", "aggregator/Journal",
            uses: ["Inventory", "JSON", "Log", "Metrics", "OS", "SQLite", "Wire"]),
        library(
            "AggregatorCore", "aggregator/Core",
            uses: [
                "Access", "Crypto", "Fleet", "Freshness", "Inventory", "JSON", "Journal", "Lifecycle", "Log",
                "Metrics", "OS", "Settings", "TLS", "Wire",
            ]),
        library(
            "AggregatorAPI", "aggregator/API",
            uses: [
                "Access", "AggregatorCore", "Fleet", "Freshness", "HTTPServer", "Inventory", "JSON",
                "Journal",
                "Lifecycle", "Log", "Metrics", "OS", "RevP", "Settings", "TLS", "Wire",
            ]),
        program(
            "bayplan-aggregator", "aggregator/Main",
            uses: [
                "AggregatorAPI", "AggregatorCore", "Daemon", "Fleet", "HTTP", "Inventory", "Journal",
                "Lifecycle", "Log", "OS", "Settings", "Wire",
            ]),

        // The command line
        library(
            "CLI",
            uses: [
                "Access", "HTTP", "Inventory", "JSON", "OS", "RevP", "Settings", "TLS", "Template", "YAML",
            ]),
        program("bayplan", uses: ["CLI", "OS"]),

        // A simulated Engine and a simulated fleet, for demonstration, tests and load
        library("Simulation", uses: ["Inventory", "JSON", "OS"]),
        library(
            "FleetSimulation",
            uses: [
                "Access", "AgentCore", "Docker", "HTTP", "Inventory", "JSON", "Lifecycle", "Log", "OS",
                "Simulation", "TLS", "Watch", "Wire",
            ]),
        program(
            "bayplan-simulator",
            uses: [
                "AgentCore", "FleetSimulation", "Inventory", "Lifecycle", "Log", "OS", "Settings",
                "Simulation",
            ]),

        // What the general cache does, in a page
        program("freshness-example", uses: ["Freshness"]),

        // Figures from inside one process; scripts/bench puts them beside their peers
        program(
            "bayplan-benchmarks", "Benchmarks",
            uses: ["Cgroups", "Fleet", "Inventory", "JSON", "Journal", "OS", "Wire"]),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["JSON", "OS"], path: "Sources/TestSupport",
            swiftSettings: house),
        tests("InventoryTests", of: ["Inventory"]),
        tests("JSONTests", of: ["JSON"]),
        tests("WireTests", of: ["Inventory", "JSON", "OS", "Wire"]),
        tests("OSTests", of: ["Daemon", "JSON", "Lifecycle", "Log", "OS", "Settings"]),
        tests("SettingsTests", of: ["OS", "Settings", "YAML"]),
        tests("SimulationTests", of: ["Inventory", "JSON", "OS", "Simulation"]),
        tests(
            "FleetSimulationTests",
            of: [
                "Access", "AgentCore", "AggregatorAPI", "AggregatorCore", "Docker", "Fleet",
                "FleetSimulation",
                "HTTP", "Inventory", "JSON", "Lifecycle", "Log", "OS", "Settings", "Simulation", "TLS",
                "Watch",
                "Wire",
            ]),
        tests("SQLiteTests", of: ["SQLite"]),
        tests("TLSTests", of: ["OS", "TLS"]),
        tests("AccessTests", of: ["Access", "Inventory", "OS"]),
        tests("RevPTests", of: ["Inventory", "RevP"]),
        tests("TemplateTests", of: ["JSON", "Template"]),
        tests("FreshnessTests", of: ["Freshness", "OS"]),
        tests("MetricsTests", of: ["Metrics", "OS"]),
        tests("CgroupsTests", of: ["Cgroups", "Docker", "HTTP", "Inventory", "JSON", "OS"]),
        tests("HTTPTests", of: ["HTTP", "HTTPServer", "OS", "TLS"]),
        tests(
            "ContractTests",
            of: ["Docker", "HTTP", "Inventory", "JSON", "Log", "OS", "Simulation", "Watch", "Wire"]),
        tests(
            "AgentTests",
            of: [
                "Access", "AgentCore", "Cgroups", "Docker", "Inventory", "JSON", "Lifecycle", "Log",
                "Metrics",
                "OS", "Settings", "TLS", "Watch", "Wire",
            ]),
        tests("FleetTests", of: ["Fleet", "Inventory", "JSON", "Wire"]),
        tests("JournalTests", of: ["Inventory", "JSON", "Journal", "Log", "OS", "SQLite", "Wire"]),
        tests(
            "AggregatorTests",
            of: [
                "Access", "AgentCore", "AggregatorAPI", "AggregatorCore", "Docker", "Fleet", "Freshness",
                "HTTP",
                "HTTPServer", "Inventory", "JSON", "Journal", "Lifecycle", "Log", "Metrics", "OS", "SQLite",
                "Settings", "TLS", "Watch", "Wire",
            ]),
        tests("CLITests", of: ["Access", "CLI", "Inventory", "JSON", "OS", "Settings", "TLS", "YAML"]),
        tests("EndToEndTests", of: ["JSON", "OS"]),
    ],
)
