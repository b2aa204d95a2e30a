/// Certificates and keys for tests, made with openssl; valid for a hundred years unless they say not.
///
/// The keys guard nothing: whatever trusts the test authority is a test.
enum TestCertificates {
    /// The authority that signed the others but `otherAuthority`.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBqTCCAU+gAwIBAgIUeBjljsT3dAW25K1iUJIOkU1T5DUwCgYIKoZIzj0EAwIw
        ITEfMB0GA1UEAwwWZGlvbGtvcyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjExMDEx
        NDBaGA8yMTI2MTAyODEwMTE0MFowITEfMB0GA1UEAwwWZGlvbGtvcyB0ZXN0IGF1
        dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGTIxtP2yrNYJRBpK261
        pofEl+7DTKGcXEcJV6Q86YE9JnVCYe+EQGDqjmG4srVud9Q4FxZ8UTd3m4jraGhQ
        lj+jYzBhMB0GA1UdDgQWBBQe+oB7PiVFLjDK6weqU0Pi6gBjYzAfBgNVHSMEGDAW
        gBQe+oB7PiVFLjDK6weqU0Pi6gBjYzAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB
        /wQEAwICBDAKBggqhkjOPQQDAgNIADBFAiBLpPmy3rSXf0JxCagPzfvbIA2+KmOD
        iYJa31soE494bQIhAPGt4fmaAlPFSZEwEXDDjXHxLn5GCKQ8h5PpbwoDHS2g
        -----END CERTIFICATE-----
        """

    /// For `localhost`, `site.test` and 127.0.0.1.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBrjCCAVSgAwIBAgICdbAwCgYIKoZIzj0EAwIwITEfMB0GA1UEAwwWZGlvbGtv
        cyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjExMDExNDBaGA8yMTI2MTAyODEwMTE0
        MFowETEPMA0GA1UEAwwGc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
        K4npfQzDkNcOTYVyo8hVle29zMPJPaZ+ldcwVjs/jJVyMltQpbnKUtjddGzeMau/
        38+1jDSJpWRqhNfyeI7MaaOBiTCBhjAlBgNVHREEHjAcgglsb2NhbGhvc3SCCXNp
        dGUudGVzdIcEfwAAATAdBgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwHQYD
        VR0OBBYEFDGTLCjoTnLropGi05DVe9cmF8d4MB8GA1UdIwQYMBaAFB76gHs+JUUu
        MMrrB6pTQ+LqAGNjMAoGCCqGSM49BAMCA0gAMEUCIQCzkftYIPK5y3BudvJnaM4F
        LNeRwZ0JhyZou4TC0dPg9gIgdhpofpyCbDveeOKQ5cbKcNDtD9yV6vUzaYbhRUmJ
        PkQ=
        -----END CERTIFICATE-----
        """

    /// The key of `server`, SEC1.
    static let serverKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIIA3uojmJumyakaxD8AFFQBEh3pISR4Ig6P7jLuHc/e4oAoGCCqGSM49
        AwEHoUQDQgAEK4npfQzDkNcOTYVyo8hVle29zMPJPaZ+ldcwVjs/jJVyMltQpbnK
        UtjddGzeMau/38+1jDSJpWRqhNfyeI7MaQ==
        -----END EC PRIVATE KEY-----
        """

    /// For `localhost` and 127.0.0.1, in January 2020.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBnzCCAUWgAwIBAgIBdzAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZkaW9sa29z
        IHRlc3QgYXV0aG9yaXR5MB4XDTIwMDEwMTAwMDAwMFoXDTIwMDIwMTAwMDAwMFow
        EjEQMA4GA1UEAwwHZXhwaXJlZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMA5
        /2QAMhs7/DcPcNarBs/mdsxxWBlTaf/W9d8yuCOqQZGCueIc2iw/QNXSxyl97EEL
        0bizkoOcuFwpo6V1kOujfTB7MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAd
        BgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwHQYDVR0OBBYEFKrYRjX/PJtG
        YfByGvhTU/Zv2tiiMB8GA1UdIwQYMBaAFB76gHs+JUUuMMrrB6pTQ+LqAGNjMAoG
        CCqGSM49BAMCA0gAMEUCIHeq/TM3GtQjCV/+PhOTL0/ZL3TXjb8tqorhXcIpvF+t
        AiEAk+dLsq3nY0+u8eAXmirenbJLyTfTuKWOGxRmUUyrUUk=
        -----END CERTIFICATE-----
        """

    /// The key of `expired`.
    static let expiredKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIMK6MsCCwlUxLow2NU6+LG/cZvqBAzomQD+WsH8qxV7GoAoGCCqGSM49
        AwEHoUQDQgAEwDn/ZAAyGzv8Nw9w1qsGz+Z2zHFYGVNp/9b13zK4I6pBkYK54hza
        LD9A1dLHKX3sQQvRuLOSg5y4XCmjpXWQ6w==
        -----END EC PRIVATE KEY-----
        """

    /// An authority that signed nothing here.
    static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATWgAwIBAgIUZgiFkRagn9WWzjNTy7Me9k+DenEwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMTAxMTQxWhgP
        MjEyNjEwMjgxMDExNDFaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbHuLmkCW9EOOnI2YGTVXqRgXXbnU1f2m
        q15e/CZTGm0FfVyyQVteO1lqwG+pIesdjm5IPDI59BLGkIIAq+kSSqNTMFEwHQYD
        VR0OBBYEFIL19fHXHBJPBE+IkmR5+BBnuREyMB8GA1UdIwQYMBaAFIL19fHXHBJP
        BE+IkmR5+BBnuREyMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
        AJm7ybY8dO8O2cT89QKh2NYX78Na0ev8LosLSSNMcc6/AiBhfLa0Y+BLCqnCmzm0
        WY3T/BhDjs7REjiYDAlg79CExg==
        -----END CERTIFICATE-----
        """

    /// For a person named ann.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBojCCAUmgAwIBAgICWKswCgYIKoZIzj0EAwIwITEfMB0GA1UEAwwWZGlvbGtv
        cyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjExMDExNDFaGA8yMTI2MTAyODEwMTE0
        MVowHzEPMA0GA1UECgwGcGVvcGxlMQwwCgYDVQQDDANhbm4wWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAASkfdB3LXpxbWIUfm88GOSmphgyMGVLYQzGdPGp1lLwDj/J
        /W/JfnwQ29k13fpJe2eUMSZLwug8nzggvUc0YqDwo3EwbzAOBgNVHREEBzAFggNh
        bm4wHQYDVR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMB0GA1UdDgQWBBRctfHq
        5nSuyfWuIuxDdBg/xq9teTAfBgNVHSMEGDAWgBQe+oB7PiVFLjDK6weqU0Pi6gBj
        YzAKBggqhkjOPQQDAgNHADBEAiAymxQ9r6NiVyuya0PkV3WtNJ9haiPFKLoPd8Vi
        YmovNwIgQ/Le3kcTjmflNlVn234dfslacXgv8+QqDMM3jJAxtl4=
        -----END CERTIFICATE-----
        """

    /// The key of `client` in SEC1.
    static let clientKeySEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIEE3tp2YlPweHLP/0jOOuRSPUsSme1b4GSRNqbdA9/uQoAoGCCqGSM49
        AwEHoUQDQgAEpH3Qdy16cW1iFH5vPBjkpqYYMjBlS2EMxnTxqdZS8A4/yf1vyX58
        ENvZNd36SXtnlDEmS8LoPJ84IL1HNGKg8A==
        -----END EC PRIVATE KEY-----
        """

    /// The key of `client` in PKCS#8.
    static let clientKeyPKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQTe2nZiU/B4cs//S
        M465FI9SxKZ7VvgZJE2pt0D3+5ChRANCAASkfdB3LXpxbWIUfm88GOSmphgyMGVL
        YQzGdPGp1lLwDj/J/W/JfnwQ29k13fpJe2eUMSZLwug8nzggvUc0YqDw
        -----END PRIVATE KEY-----
        """

    /// For somebody named rsa.
    static let clientRSA = """
        -----BEGIN CERTIFICATE-----
        MIICXDCCAgOgAwIBAgICA18wCgYIKoZIzj0EAwIwITEfMB0GA1UEAwwWZGlvbGtv
        cyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjExMDExNDFaGA8yMTI2MTAyODEwMTE0
        MVowDjEMMAoGA1UEAwwDcnNhMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
        AQEAktTg2U0rHzmVtfrgLizICfj/dgGe9Z1LlJyK6dxpMqGnreTAHJqlUFeiP/WU
        IoV7G9p0nEKbLyrD57NJtgQcFklzMVVfucOiNP0cO2TngxV1/HfeTNyrbGWrGu9Y
        Qyzv037qskAAfTENf4dMUfjqkBNQRR5qc/cW+RdAd6JtDQeNspTUwd5u9YMN0fzi
        4THvigdJ8jwcgygC6vLZTaT8UnWXlJkbvzQ9Fw7skPC3gJ8HVjttxUJ4CO9KDnQz
        YYcBsRFDA0h04ZMerTB0Bb7V3b4wdMaNlJ44Jw55I+KmHILbjpyeodWVmW2NxVXd
        zF2UMCOguP/MgisNpFH5GKdeeQIDAQABo3EwbzAOBgNVHREEBzAFggNyc2EwHQYD
        VR0lBBYwFAYIKwYBBQUHAwEGCCsGAQUFBwMCMB0GA1UdDgQWBBSi2BxHOwj9SSH6
        pA52HK3ki5wVrDAfBgNVHSMEGDAWgBQe+oB7PiVFLjDK6weqU0Pi6gBjYzAKBggq
        hkjOPQQDAgNHADBEAiB/e+eVVG2XQ2w4+XtJuNHpirgjqZnARRFjisXGY1elCAIg
        FbYVjUR/bD7lSU7SqeZUhz3UUMQ5IqBZjdvIFxQYBDQ=
        -----END CERTIFICATE-----
        """

    /// The key of `clientRSA` in PKCS#1.
    static let clientRSAKeyPKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAktTg2U0rHzmVtfrgLizICfj/dgGe9Z1LlJyK6dxpMqGnreTA
        HJqlUFeiP/WUIoV7G9p0nEKbLyrD57NJtgQcFklzMVVfucOiNP0cO2TngxV1/Hfe
        TNyrbGWrGu9YQyzv037qskAAfTENf4dMUfjqkBNQRR5qc/cW+RdAd6JtDQeNspTU
        wd5u9YMN0fzi4THvigdJ8jwcgygC6vLZTaT8UnWXlJkbvzQ9Fw7skPC3gJ8HVjtt
        xUJ4CO9KDnQzYYcBsRFDA0h04ZMerTB0Bb7V3b4wdMaNlJ44Jw55I+KmHILbjpye
        odWVmW2NxVXdzF2UMCOguP/MgisNpFH5GKdeeQIDAQABAoIBADhtMbmgk8VMqnGE
        Z1mnYPqgI4BUkCOAntaOMD4+M3k/MYK8yW1UqtoMy2/77sEzfcOO+MhCOoPuUdn9
        hwK5YpfYAzo+vmpTucbWTF6w4N15xl1PLXFpTkF6cr6Ho2oxXzruZ8A3o1h5HOBY
        /OX1nCLhITRmw28sUjpIisBO/cyG+N1oh5VZC9s0/p8KPzkA74OfU6Ki4hk+ZVet
        hDC1c90rkc60bVQSHkyE7oh58cG6LENTK2HacH8DJRZd5zSrTvc0VdQLvhRe6sNS
        A8j6ra5aEd+BbSlSkTxiFj7b1d/CgIyV7V98x+cDpWFzwUcqdUjcLZVfKHSJaX7V
        NGkzEhcCgYEAzIfecbFltiylq3OHKgUnTV3c/KjajHCeuUzk9XONIh75hhExC1az
        aySlrTkaeYgK2FI853myLOWewugDQSTTnZpZRRWVWV75H/abMtlRKGoJoTRPpHaM
        TSU8fKT/jeiO7tOCIOpP6Cf/OdDFEui6NPraqRfUgDsRZRrn0JBc+WsCgYEAt8f0
        WGHzE2trEe+yoXP65Ll5jr3oW6MbbYxmWo008+qPPn5ttc5nVXCJNE92JM6N2eml
        +Ugf74+HwuCKG6BlEQIoZYWjmFR9bl+wNHPgKNmC3Nek8b1U1LD3yX2Hf8i7p9MF
        XpgD9+vJXjnDwWGMq3mOSQRP3eYKPlHMEjzDTKsCgYBhdSxtiFYq5ENc2wPA5gvA
        NcWjLuJUoSVArn865gCODaxgUbjI6ls75o57aAZRep2QTj9vHPHlqtRnkx5Z4C5l
        nrKC1LIBj9ute1igdiTR2RUVl1OLzmE0MVYNHqIXAIV7D5WmEYBZ4xUee3gsdnCj
        5hRjFlPPdlXnk1Z6bw+eWQKBgFGHCZVftmaKA5CMZhELk2R+BzfUdUyZmeRKIWnQ
        NIp0JqGRknfRnbOgXa1wBrgjTXg7F17zqP8sDAzecUX6LHuUGnmXBFDiQlaBaniK
        YwmcHFp963U2CXjlHLcs0bxVPzIfAcXJ6BDGb6k2NOoHrVCwdvdbS1bj4u1sefwp
        KnZLAoGBAMNN9uHBr4xMRqbetEo8jjngDRWfNqfT5N7NBDr+EUwGGei8f1cI++F0
        myhDZ7WsG5VHaGoj/BRyH2XHyhDLbzDX0XOR8cpuh4xrvDUNHaKEZ34BMM3gfJiK
        AnipiD/dpC/hAhjm/yRJluMGBjJkD6jTU++f6TdaoEN5uKmzEpIX
        -----END RSA PRIVATE KEY-----
        """

    /// For `site.test` alone.
    static let named = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATWgAwIBAgIBYzAKBggqhkjOPQQDAjAhMR8wHQYDVQQDDBZkaW9sa29z
        IHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMTEwMTkzOFoYDzIxMjYxMDI4MTAxOTM4
        WjAQMQ4wDAYDVQQDDAVuYW1lZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLx+
        phNoTHvFhSipXgVg7oqOpdQTZO6WzCz+/brFrUBcKWoyNE5ljStEskEO5wePcecQ
        bxJYOp0SFlLewIrHd5ujbTBrMBQGA1UdEQQNMAuCCXNpdGUudGVzdDATBgNVHSUE
        DDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUSewLygSvp6YXNS3bWQ+iUEqW4IYwHwYD
        VR0jBBgwFoAUHvqAez4lRS4wyusHqlND4uoAY2MwCgYIKoZIzj0EAwIDSQAwRgIh
        AKmzD0QeW/4iBtIuR4jg01DDEfPiL08TfWFqYZOT/D6RAiEAz5zlhHX3Zv4eAqxf
        6Wn9ZQPct6Q1tfxGdzGh8UCos3Y=
        -----END CERTIFICATE-----
        """

    /// The key of `named`.
    static let namedKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIGyV8XqYzvdiSyB9YlVHxpaloQl1ZgrhCOIxH7vrVUVXoAoGCCqGSM49
        AwEHoUQDQgAEvH6mE2hMe8WFKKleBWDuio6l1BNk7pbMLP79usWtQFwpajI0TmWN
        K0SyQQ7nB49x5xBvElg6nRIWUt7Aisd3mw==
        -----END EC PRIVATE KEY-----
        """

    /// Its own authority, for a host *named* `127.0.0.1` (and so is its subject), not for the address.
    static let addressAsName = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIUEXAQyA8qsElFNLJwkN447P/csUcwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTEyMzk0N1oYDzIxMjYxMDI4
        MTIzOTQ3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASR8pKo1DuN0k687BwRds2bg/8m+K8XZ2J18KDgHGqp8dkVrL5JoqZX
        EKNEXY8SkSsFLcmiFbLwpX/op9FBruHao2kwZzAdBgNVHQ4EFgQUDcjW2KvapVjT
        PLjmloCqUyhnxr0wHwYDVR0jBBgwFoAUDcjW2KvapVjTPLjmloCqUyhnxr0wDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALggkxMjcuMC4wLjEwCgYIKoZIzj0EAwID
        SAAwRQIgFli8rQVV/m+X7SeDMEMpAIOtxjnDuT0QWNtkeZnmClwCIQDg8IPweEIk
        P+Tg5ek4hCQkQVp/qXjh1BipJdPN8cqD3g==
        -----END CERTIFICATE-----
        """

    /// The key of `addressAsName`.
    static let addressAsNameKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEII15YIj7X7y9wofd+areRUJiguuKvrToJUMk64mNyCyToAoGCCqGSM49
        AwEHoUQDQgAEkfKSqNQ7jdJOvOwcEXbNm4P/JvivF2didfCg4BxqqfHZFay+SaKm
        VxCjRF2PEpErBS3JohWy8KV/6KfRQa7h2g==
        -----END EC PRIVATE KEY-----
        """
}
