import KubernetesObjects
import Testing

/// Cases of `k8s.io/apimachinery/pkg/api/resource`.
struct QuantityTests {
    @Test(arguments: [
        ("0", "0"), ("0n", "0"), ("0Ki", "0"), ("0.0", "0"), ("1", "1"), ("1000m", "1"),
        ("1Ki", "1Ki"), ("8Ki", "8Ki"), ("1024Ki", "1Mi"), ("7Mi", "7Mi"), ("1.5Gi", "1536Mi"),
        ("0.5Mi", "512Ki"), ("5n", "5n"), ("4u", "4u"), ("3m", "3m"), ("50k", "50k"),
        ("1500m", "1500m"), ("1.5", "1500m"), ("0.001", "1m"), ("0.0005k", "500m"),
        ("100.035k", "100035"), ("10.035M", "10035k"), ("1E", "1E"), ("12E", "12E"), ("1e3", "1e3"),
        ("1E6", "1e6"), ("1.2e3", "1200"), ("1.3E+6", "1300e3"), ("1E-3", "1e-3"),
        ("0.5e0", "500e-3"),
        ("3.001n", "4n"), ("0.0000000001", "1n"), ("0.00000012345", "124n"),
        ("9Ei", "9223372036854775807"),
        ("9223372036854775807Ki", "9223372036854775807"), (".001", "1m"), ("1.", "1"),
        ("1.G", "1G"),
        ("+1", "1"), ("-1", "-1"), ("-2Ki", "-2Ki"), ("-3.5m", "-3500u"), ("1023", "1023"),
        ("1000Ki", "1000Ki"),
        ("0.1Ki", "102400m"), ("1000k", "1M"), ("1000000", "1M"), ("1000Mi", "1000Mi"),
        ("00.50", "500m"),
        ("0.000000000001Ki", "2n"), ("100m", "100m"), ("250Mi", "250Mi"), ("1024", "1024"),
    ])
    func `a quantity has one canonical form`(text: String, canonical: String) throws {
        let quantity = try Quantity(text)
        #expect(quantity.description == canonical)
        #expect(try Quantity(canonical) == quantity)
    }

    @Test(arguments: [
        ("1000m", "1"), ("1Gi", "1024Mi"), ("1e3", "1k"), ("0.5", "500m"), ("1.5Gi", "1536Mi"),
        ("1000Mi", "1048576000"), ("0", "0Gi"), ("128974848", "123Mi"), ("129e6", "129M"),
    ])
    func `equal amounts are equal however they are written`(left: String, right: String) throws {
        #expect(try Quantity(left) == Quantity(right))
        #expect(try Quantity(left).hashValue == Quantity(right).hashValue)
    }

    @Test(arguments: [("1", "1001m"), ("1k", "1Ki"), ("-1", "0"), ("999Mi", "1Gi"), ("1n", "1u")])
    func `amounts are ordered`(less: String, more: String) throws {
        #expect(try Quantity(less) < Quantity(more))
    }

    @Test(arguments: [
        "", " 1", "1 ", "1Kii", "1.2.3", "1mi", "m", "Ki", "a", "1a", "1e", "1e1.5", "--1", "1-",
        "0x1",
        "1e99999",
    ])
    func `what is no quantity is refused`(text: String) {
        #expect(throws: Quantity.ParseError.self) { try Quantity(text) }
    }

    @Test func `quantities add up and round up`() throws {
        let sum = try Quantity("1Gi") + Quantity("512Mi")
        #expect(sum.description == "1536Mi")
        #expect(try Quantity("1500m").units == 2)
        #expect(try Quantity("1500u").milliunits == 2)
        #expect(try Quantity("-1500m").units == -1)
        #expect(try Quantity("1e90") > Quantity("1e20"))
    }
}
