import ArgumentParser
import CommandLine

/// Where the program begins.
@main struct Diolkos {
    static func main() async {
        await DiolkosCommand.main()
    }
}
