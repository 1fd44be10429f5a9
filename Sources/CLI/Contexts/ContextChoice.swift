import OS
import Settings

extension CommandLineTool {
    /// Settings as `table` reads them, with those of the context that holds.
    ///
    /// That is the one named by `--context` or `BAYPLAN_CONTEXT`; else the current one, unless a flag or the environment
    /// says where the aggregator is: a context's token is never sent to another place.
    ///
    /// A command that asks nobody hears only flags: what the environment says of connections may then be wrong.
    func resolve(_ table: SettingsTable, _ arguments: [String], asks: Bool = true) throws(Failure)
        -> Resolution
    {
        let input = surroundings.input.with(arguments: arguments)
        func resolved(_ name: String, _ values: [String: String]) throws(Failure) -> Resolution {
            let context = SettingsContext(name: name, settings: Set(Context.members), values: values)
            return try Self.resolve(table, input.with(context: context))
        }
        guard asks else { return try resolved("", [:]) }
        let resolution = try Self.resolve(table, input)
        guard case .run(let settings) = resolution, let context = try context(settings) else {
            return resolution
        }
        return try resolved(context.name, context.values)
    }

    static func resolve(_ table: SettingsTable, _ input: SettingsInput) throws(Failure) -> Resolution {
        do throws(SettingsError) {
            return try table.resolve(input)
        } catch {
            let usage = error.isUsage ? "\n\(table.usageLine)" : ""
            throw Failure(.usage, error.description + usage)
        }
    }

    /// The context that holds; nil for none.
    private func context(_ settings: Configuration) throws(Failure) -> Context? {
        let name = settings[ClientSettings.context]
        let origin = settings.origin(of: ClientSettings.context)
        let others = ClientSettings.places(settings)
        if let name, name != Context.none {
            if let other = others.first(where: { $0.rank == origin.rank }) {
                throw Failure(
                    .usage, "\(origin) and \(other) both say where the aggregator is; give only one of them.")
            }
            // A flag says more than the environment.
            guard others.allSatisfy({ $0.rank < origin.rank }) else { return nil }
            guard let context = try ContextStore(surroundings.input.environment)?.context(name) else {
                throw Failure(
                    .failed, "There is no context \(name) (\(origin)). `bayplan context ls` lists all.")
            }
            return context
        }
        guard name == nil, others.isEmpty, let store = ContextStore(surroundings.input.environment),
            let current = try store.current()
        else { return nil }
        guard let context = try store.context(current) else {
            throw Failure(
                .failed,
                "The current context \(current) is gone. Choose another with `bayplan context use`; "
                    + "`bayplan context use default` chooses none.")
        }
        return context
    }
}
