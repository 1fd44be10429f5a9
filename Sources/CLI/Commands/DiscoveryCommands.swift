import Settings

/// `bayplan sd …`: what other programs discover containers by (row H4).
enum DiscoveryCommands {
    static let network = Setting(
        "network", optional: .text("NETWORK"),
        help:
            "Prometheus is in this Docker network: containers in it by their own addresses. HOST/NAME for a network "
            + "of one host.",
        sources: .flag)
    static let prometheus = Command(
        name: "sd prometheus",
        aliases: ["sd"],
        summary: "List what a Prometheus can scrape, as its service discovery reads it",
        usage: "[OPTIONS]",
        about: """
            Prints a JSON list of targets over all hosts, with the labels of Prometheus' own docker_sd and more: each \
            published TCP port of a running container at its host's address. It is what the aggregator answers to \
            http_sd_configs at /api/v1/sd/prometheus, for file_sd_configs and for the eye.
            """,
        options: [
            ListingOptions.host, ListingOptions.stack, ListingOptions.selector, FilterOptions.filter,
            FilterOptions.hostSelector, network,
        ],
        examples: [
            ("sd prometheus", "Everything that is published."),
            ("sd prometheus -l prometheus.io/scrape=true", "Only what asks to be scraped."),
            ("sd prometheus --network h1/monitoring", "For a Prometheus in a network of host h1."),
        ],
        run: run,
    )

    @Sendable private static func run(_ call: Invocation) async throws(Failure) -> ExitCode {
        var query = Query("sd", "prometheus")
        for host in call.settings[ListingOptions.host] { query.add("host", host) }
        query.add("stack", optional: call.settings[ListingOptions.stack])
        query.add("labelSelector", optional: try FilterOptions.selector(ListingOptions.selector, call)?.text)
        query.add(
            "hostSelector", optional: try FilterOptions.selector(FilterOptions.hostSelector, call)?.text)
        let filters = call.settings[FilterOptions.filter]
        // A bad one costs no question.
        _ = try FilterOptions.parsed(filters)
        for filter in filters { query.add("filter", filter) }
        query.add("network", optional: call.settings[network])
        try call.show(document: try await call.api.get(query))
        return .ok
    }
}
