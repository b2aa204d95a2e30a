// TrafficHAProxy
