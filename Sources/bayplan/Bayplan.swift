import CLI
import Glibc
import OS

/// The command-line client.
@main
struct Bayplan {
    static func main() async {
        ignoreSIGPIPE()
        exit(await CommandLineTool(.ofProcess()).run().rawValue)
    }
}
