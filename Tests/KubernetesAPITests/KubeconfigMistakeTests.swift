import HTTPTransport
import KubernetesAPI
import Testing

/// Every mistake names its file, its place, the entry, and what to do.
@Suite struct KubeconfigMistakeTests {
    private static let path = "/home/ann/.kube/config"

    /// What is wrong with a whole file.
    static let files: [(text: String, message: String)] = [
        ("", "no kubeconfig was found (looked for \(path)); set KUBECONFIG or pass --kubeconfig"),
        ("DENIED", "\(path): the kubeconfig cannot be read: Permission denied"),
        (
            "apiVersion: v1\nclusters:\n- name: c\n  cluster: {server: \"https",
            "\(path):4:27: found unexpected end of stream "
                + "(while scanning a quoted scalar that begins at 4:21)"
        ),
        (
            "just text",
            "\(path):1:1: kubeconfig: must be a mapping and is a string; is it the right file?"
        ),
        ("[]", "\(path):1:1: kubeconfig: must be a mapping and is a list; is it the right file?"),
        (
            "kind: Deployment\napiVersion: apps/v1\n",
            "\(path):1:7: kubeconfig: is a Deployment of apps/v1 and not a v1 Config"
        ),
        ("a: 1\n---\nb: 2\n", "\(path):3:1: kubeconfig: a second document stands in the file"),
        ("users: {}\n", "\(path):1:8: kubeconfig: users must be a list and is a mapping"),
        ("users:\n- user: {}\n", "\(path):2:3: kubeconfig: an entry of users has no name"),
        (
            "users:\n- name: a\n  user: 3\n",
            "\(path):3:9: user \"a\": user must be a mapping and is a number"
        ),
        (
            "users:\n- name: a\n  user: {token: 123}\n",
            "\(path):3:17: user \"a\": token must be a string and is a number; put it in quotes"
        ),
        (
            "users:\n- name: a\n- name: b\n- name: a\n",
            "\(path):4:9: user \"a\": the name stands twice; first at 2:9"
        ),
        (
            "clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: \"yes\"}\n",
            "\(path):3:39: cluster \"c\": insecure-skip-tls-verify must be true or false and is a string"
        ),
        (
            "users:\n- name: a\n  user: {token: x, token: y}\n",
            "\(path):3:20: the key \"token\" stands twice; first at 3:10"
        ),
        ("current-context: gone\n", "\(path):1:18: there is no context \"gone\"; there is none"),
        (
            "contexts:\n- name: a\n  context: {}\n",
            "\(path): no current-context is set; choose one with --context: \"a\""
        ),
        (
            "current-context: a\ncontexts:\n- name: a\n  context: {}\n",
            "\(path):3:3: context \"a\": names no cluster; set cluster"
        ),
        (
            "current-context: a\ncontexts:\n- name: a\n  context: {cluster: b}\n",
            "\(path):4:22: context \"a\": there is no cluster \"b\"; add it to clusters"
        ),
        ("a: \u{1}", "\(path):1:4: control characters are not allowed"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e]\n",
            "\(path):6:5: the text holds more than 200000 values when its aliases are followed"
        ),
        (
            String(repeating: "#", count: (8 << 20) + 1),
            "\(path):1:1: the text has 8388609 bytes; more than 8388608 are refused"
        ),
    ]

    @Test(arguments: files)
    func `a file that is wrong says where and why`(text: String, message: String) {
        let host = Files([KubeconfigMistakeTests.path: text]).host()
        expect(message) {
            try Kubeconfig(environment: host).access(environment: host, time: JumpingTime())
        }
    }

    /// What is wrong with a cluster or a user; the place is what stands before the entry's name.
    static let entries: [(cluster: String, user: String, message: String)] = [
        ("{}", "{}", "8:3: cluster \"c\": names no server; set server to its https:// URL"),
        (
            "{server: \"ftp://a\"}", "{}",
            "9:21: cluster \"c\": server is no URL of a server: its scheme is neither https nor http; "
                + "write https://HOST:PORT"
        ),
        (
            "{server: \"https://a\", insecure-skip-tls-verify: true}", "{}",
            "8:3: cluster \"c\": insecure-skip-tls-verify is refused: anybody on the way could read "
                + "and change everything; add certificate-authority-data, or say for this site that "
                + "you want it all the same"
        ),
        (
            "{server: \"https://a\", insecure-skip-tls-verify: true, certificate-authority-data: eA==}",
            "{}",
            "8:3: cluster \"c\": certificate-authority and insecure-skip-tls-verify exclude each "
                + "other; remove insecure-skip-tls-verify"
        ),
        (
            "{server: \"https://a\", certificate-authority: pki/ca.crt}", "{}",
            "9:57: cluster \"c\": certificate-authority: there is no file /home/ann/.kube/pki/ca.crt"
        ),
        (
            "{server: \"https://a\", certificate-authority: /denied}", "{}",
            "9:57: cluster \"c\": certificate-authority: /denied cannot be read: Permission denied"
        ),
        (
            "{server: \"https://a\", certificate-authority-data: \"!!\"}", "{}",
            "9:62: cluster \"c\": certificate-authority-data is no base64"
        ),
        (
            "{server: \"https://a\", certificate-authority-data: eA==}", "{}",
            "9:62: cluster \"c\": certificate-authority holds no PEM text of a certificate"
        ),
        (
            "{server: \"https://a\", proxy-url: \"https://p\"}", "{}",
            "9:45: cluster \"c\": proxy-url is no URL of a proxy: a proxy that is itself reached "
                + "over TLS (https://) is not supported; name its http:// port, or run a local "
                + "tunnel to it and name that"
        ),
        (
            "{server: \"https://a\", proxy-url: \"p:3128\"}", "{}",
            "9:45: cluster \"c\": proxy-url is no URL of a proxy: it does not begin with http:// "
                + "or socks5://"
        ),
        (
            "{server: \"https://a\", proxy-url: \"ftp://p\"}", "{}",
            "9:45: cluster \"c\": proxy-url is no URL of a proxy: its scheme is neither http nor "
                + "socks5"
        ),
        (
            "{server: \"https://a\", proxy-url: \"socks5://u:topsecret@p\"}", "{}",
            "9:45: cluster \"c\": proxy-url is no URL of a proxy: a user and a password are "
                + "supported for an http proxy only"
        ),
        (
            "{server: \"https://a\"}", "{client-certificate: /crt}",
            "11:3: user \"u\": client-certificate stands without client-key; add it"
        ),
        (
            "{server: \"https://a\"}", "{client-key: /locked}",
            "11:3: user \"u\": client-key stands without client-certificate; add it"
        ),
        (
            "{server: \"https://a\"}", "{client-certificate: /crt, client-key: /locked}",
            "12:48: user \"u\": client-key is encrypted; write it without a passphrase (openssl pkey)"
        ),
        (
            "{server: \"https://a\"}", "{client-certificate: /crt, client-key: /crt}",
            "12:48: user \"u\": client-key holds no PEM text of a private key"
        ),
        (
            "{server: \"https://a\"}", "{token: x, username: ann}",
            "11:3: user \"u\": has a token and a password; remove one of the two"
        ),
        (
            "{server: \"https://a\"}", "{tokenFile: /gone}",
            "12:21: user \"u\": tokenFile: there is no file /gone"
        ),
        (
            "{server: \"https://a\"}", "{tokenFile: /empty}",
            "12:21: user \"u\": tokenFile: /empty is empty"
        ),
        (
            "{server: \"https://a\"}", "{as-groups: [a]}",
            "11:3: user \"u\": as-uid, as-groups and as-user-extra need as"
        ),
        (
            "{server: \"https://a\"}", "{auth-provider: {name: gcp}}",
            "12:25: user \"u\": auth-provider \"gcp\" is not supported; use an exec plugin"
        ),
        (
            "{server: \"https://a\"}", "{exec: {command: x}}",
            "12:16: user \"u\": exec has no apiVersion; add client.authentication.k8s.io/v1"
        ),
        (
            "{server: \"https://a\"}", "{exec: {apiVersion: client.authentication.k8s.io/v1}}",
            "12:16: user \"u\": exec names no command"
        ),
        (
            "{server: \"https://a\"}",
            "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}",
            "12:41: user \"u\": exec has the apiVersion \"client.authentication.k8s.io/v1alpha1\"; "
                + "understood are client.authentication.k8s.io/v1 and "
                + "client.authentication.k8s.io/v1beta1"
        ),
        (
            "{server: \"https://a\"}",
            "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1}}",
            "12:16: user \"u\": exec must say interactiveMode: Never, IfAvailable or Always"
        ),
        (
            "{server: \"https://a\"}",
            "{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}",
            "12:91: user \"u\": exec has interactiveMode Always, and standard input is no terminal"
        ),
    ]

    @Test(arguments: entries)
    func `an entry that is wrong says where and why`(
        cluster: String,
        user: String,
        message: String
    ) {
        let files = Files([
            "/denied": "DENIED", "/empty": " \n",
            "/crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "/locked":
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----\n",
        ])
        expect("\(KubeconfigMistakeTests.path):\(message)") {
            try access(cluster: cluster, user: user, files: files)
        }
    }

    @Test func `a context that was asked for and is not there is named`() {
        let host = Files([Self.path: kubeconfig(cluster: "{}")]).host()
        expect("\(Self.path): there is no context \"gone\"; there is \"main\"") {
            try Kubeconfig(environment: host).access(
                Kubeconfig.Selection(context: "gone"),
                environment: host,
                time: JumpingTime()
            )
        }
    }

    @Test func `a kubeconfig from elsewhere runs nothing and reads nothing`() {
        let server = "{server: \"https://a\"}"
        let exec = "{command: /bin/touch, apiVersion: client.authentication.k8s.io/v1beta1}"
        let cases = [
            (
                "{server: \"https://a\", certificate-authority: /etc/passwd}", "{}",
                "9:57: cluster \"c\": certificate-authority names a file, which a kubeconfig from "
                    + "elsewhere may not; use certificate-authority-data"
            ),
            (
                server, "{tokenFile: /etc/passwd}",
                "12:21: user \"u\": tokenFile names a file, which a kubeconfig from elsewhere may "
                    + "not; use token"
            ),
            (
                server, "{exec: \(exec)}",
                "12:26: user \"u\": exec would run /bin/touch, which is not allowed for this kubeconfig"
            ),
        ]
        for (cluster, user, message) in cases {
            expect("\(Self.path):\(message)") {
                try access(cluster: cluster, user: user, policy: .foreign)
            }
        }
    }

    @Test func `no truncation and no flipped bit of a kubeconfig traps`() {
        let text = Array(
            kubeconfig(
                cluster: "{server: \"https://a:1\", tls-server-name: b}",
                user: "{token: x, as: y, as-groups: [z]}"
            ).utf8
        )
        var refused = 0
        for index in text.indices {
            for bit in 0..<8 {
                var bytes = text
                bytes[index] ^= 1 << bit
                if !isUsable(bytes) { refused += 1 }
            }
            if !isUsable(Array(text[..<index])) { refused += 1 }
        }
        #expect(refused > 500)
    }

    private func isUsable(_ bytes: [UInt8]) -> Bool {
        let host = HostEnvironment(
            variables: ["HOME": "/h"],
            readFile: { path throws(HostEnvironment.FileProblem) in
                guard path == "/h/.kube/config" else { throw .absent }
                return bytes
            }
        )
        do {
            _ = try Kubeconfig(environment: host).access(environment: host, time: JumpingTime())
            return true
        } catch {
            return false
        }
    }

    private func expect(_ message: String, _ body: () throws -> ClusterAccess) {
        do {
            _ = try body()
            Issue.record("nothing was wrong; expected: \(message)")
        } catch {
            #expect("\(error)" == message)
        }
    }
}
