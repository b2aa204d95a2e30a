import Testing

@testable import MigrationEngine

@Suite struct MailboxTests {
    @Test func `messages come in their order, all at once`() async {
        let mailbox = Mailbox<Int>(messagesMax: 3)
        for message in 1...3 { mailbox.post(message) }
        #expect(await mailbox.takeAll() == [1, 2, 3])
        mailbox.post(4)
        #expect(await mailbox.takeAll() == [4])
    }

    @Test func `being woken any number of times fills nothing, and is one turn`() async {
        let mailbox = Mailbox<Int>(messagesMax: 1)
        for _ in 0..<1_000 { mailbox.wake() }
        #expect(await mailbox.takeAll() == [])
        mailbox.post(1)
        mailbox.wake()
        #expect(await mailbox.takeAll() == [1])
        mailbox.post(2)
        #expect(await mailbox.takeAll() == [2])
    }

    @Test func `a loop that waits is woken`() async {
        let mailbox = Mailbox<Int>(messagesMax: 1)
        async let taken = mailbox.takeAll()
        await Task.yield()
        mailbox.post(1)
        #expect(await taken == [1])
    }

    @Test func `one message more than the bound ends the program`() async {
        await #expect(processExitsWith: .failure) {
            let mailbox = Mailbox<Int>(messagesMax: 1)
            mailbox.post(1)
            mailbox.post(2)
        }
    }
}
