// TwinTests
