import Clocks
import HTTPTransport

/// How a pod reaches the cluster it runs in.
enum InCluster {
    private static let directory = "/var/run/secrets/kubernetes.io/serviceaccount"

    static func isInside(_ environment: HostEnvironment) -> Bool {
        !(environment.variables["KUBERNETES_SERVICE_HOST"] ?? "").isEmpty
            && !(environment.variables["KUBERNETES_SERVICE_PORT"] ?? "").isEmpty
    }

    static func access(
        _ selection: Kubeconfig.Selection,
        environment: HostEnvironment,
        time: any TimeSource
    ) throws(KubeconfigError) -> ClusterAccess {
        let host = environment.variables["KUBERNETES_SERVICE_HOST"] ?? ""
        let portText = environment.variables["KUBERNETES_SERVICE_PORT"] ?? ""
        guard let port = Int(portText), (1...65_535).contains(port) else {
            throw KubeconfigError(problem: "KUBERNETES_SERVICE_PORT is no port: \"\(portText)\"")
        }
        let token = TokenFileCredentials.token(in: try read("token", environment))
        let authority = try read("ca.crt", environment)
        let origin = HTTPOrigin(scheme: .https, host: host, port: port)
        return ClusterAccess(
            name: "in-cluster",
            site: HTTPSite(
                origin: origin,
                tls: TLSOptions(roots: .authorities(pem: authority)),
                proxy: try EnvironmentProxy(environment).proxy(for: origin)
            ),
            pathPrefix: "",
            namespace: selection.namespace ?? namespace(environment),
            credentials: TokenFileCredentials(
                path: "\(directory)/token",
                initial: Redacted(token),
                environment: environment,
                time: time
            ),
            notes: []
        )
    }

    private static func namespace(_ environment: HostEnvironment) -> String {
        if let name = environment.variables["POD_NAMESPACE"], !name.isEmpty { return name }
        do {
            let text = try environment.readFile("\(directory)/namespace")
            let name = TokenFileCredentials.token(in: text)
            return name.isEmpty ? "default" : name
        } catch {
            return "default"
        }
    }

    private static func read(
        _ name: String,
        _ environment: HostEnvironment
    ) throws(KubeconfigError) -> [UInt8] {
        let path = "\(directory)/\(name)"
        do {
            return try environment.readFile(path)
        } catch {
            throw KubeconfigError(
                file: path,
                problem: "the pod's service account cannot be read; is its token mounted?"
            )
        }
    }
}
