/// A property's value in its own type, so that two spellings of one property can be compared.
enum PropertyValue: Hashable {
    case domains([ServiceDomain])
    case domain(DomainName)
    case port(PortNumber)
    case scheme(BackendScheme)
    case path(URLPath)
    case truth(Bool)
    case name(Name)
    case time(CheckTime)
    case balance(Balance)
    case policy(RoutingPolicy)
    case priority(Int)
    case address(BackendAddress)
    case middlewares([MiddlewareName])

    /// Reads one value, but for lists of domains, of which a part can be good.
    static func read(_ property: Property, _ text: String) throws(ValueError) -> PropertyValue {
        switch property {
        case .domain: return .domains(ServiceDomain.readList(text).domains)
        case .tunnelDomain: return .domain(try DomainName.read(text))
        case .port: return .port(try PortNumber.read(text))
        case .scheme: return .scheme(try Choices.read(text, .badScheme, "protocol of a backend"))
        case .path, .backendPath: return .path(try URLPath.read(text).asPrefix)
        case .health: return .path(try URLPath.read(text))
        case .healthInterval, .healthTimeout: return .time(try CheckTime.read(text))
        case .balance: return .balance(try Choices.read(text, .badBalance, "way to spread requests"))
        case .policy: return .policy(try Choices.read(text, .badPolicy, "policy"))
        case .priority: return .priority(try Choices.readPriority(text))
        case .group: return .name(try Name.read(text, .badGroup, "group"))
        case .network: return .name(try Name.read(text, .badNetwork, "network"))
        case .resolver: return .name(try Name.read(text, .badResolver, "resolver"))
        case .address: return .address(try BackendAddress.read(text))
        case .middleware: return .middlewares(try MiddlewareName.readList(text))
        case .stripPrefix, .redirect, .tls, .websocket, .skipVerify, .hostHeader, .tunnel, .enable:
            return .truth(try Choices.readBoolean(text))
        }
    }
}
