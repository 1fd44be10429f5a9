import Inventory

/// Which containers a listing shows, decided here and not by the aggregator, since a watch gives all.
struct ListingChoice {
    private let hosts: Set<String>?
    private let stack: String?
    private let selector: Selector
    private let isComplete: Bool
    private let filters: ContainerFilters
    private let bounds: ContainerFilters.Surroundings
    /// What is known of each host's images, by the host's id.
    private var images: [String: ContainerFilters.Surroundings] = [:]

    /// Takes over what a listing asks for; asks the aggregator about the containers of `before` and `since`.
    init(
        _ listing: Listing, hosts all: [HostRow], _ api: APIClient
    ) async throws(Failure) {
        let isChosen = !listing.hosts.isEmpty || listing.hostSelector != nil
        hosts = isChosen ? Set(try listing.chosen(from: all).map(\.id)) : nil
        stack = listing.stack
        do throws(SelectorError) {
            selector = try Selector(parsing: listing.selector ?? "")
        } catch {
            throw Failure(.usage, "--selector is \(error).")
        }
        filters = try FilterOptions.parsed(listing.filters)
        isComplete = listing.isComplete || filters.asksForAllStates
        var bounds = ContainerFilters.Surroundings()
        for name in filters.before {
            bounds.createdBefore = max(
                bounds.createdBefore ?? .min, try await InspectCommand.find("\(name)", api).created)
        }
        for name in filters.since {
            bounds.createdSince = min(
                bounds.createdSince ?? .max, try await InspectCommand.find("\(name)", api).created)
        }
        self.bounds = bounds
    }

    /// Learns what a container tells about its host.
    mutating func learn(_ row: ContainerRow) {
        guard !filters.images.isEmpty, let container = row.container else { return }
        images[row.host, default: bounds].learn(container.config, for: filters)
    }

    /// Forgets what was learnt.
    mutating func forget() { images = [:] }

    /// Whether a container is shown.
    func isShown(_ row: ContainerRow) -> Bool {
        guard hosts?.contains(row.host) ?? true, isComplete || row.status.state.isLive,
            stack ?? row.project == row.project,
            let container = row.container
        else { return false }
        return selector.matches(container.config.labels)
            && filters.matches(container, in: images[row.host] ?? bounds)
    }
}
