// HTTPTransportNIO
