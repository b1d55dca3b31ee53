using RealtimeAkka.Cluster.Tenants;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Cluster;

public class ChargeJournalTests
{
    private static readonly DateOnly Today = new(2026, 11, 28);
    private static readonly TenantId Acme = new("acme"), Beta = new("beta");

    private readonly string _folder = TestFolder.New().FullName;

    private string File_ => Path.Combine(_folder, ChargeJournal.Name);

    [Fact]
    public void What_was_added_is_there_again_under_the_same_node_without_a_flush()
    {
        var journal = Open();
        for (var i = 0; i < 3; i++) Add(journal, Acme, 0.0000001m);
        Add(journal, Beta, 2m);
        var copy = TestFolder.New().FullName; // as a killed process leaves it
        File.Copy(File_, Path.Combine(copy, ChargeJournal.Name));
        using var again = ChargeJournal.Open(copy, Today);
        Assert.Equal(journal.Node, again.Node);
        Assert.Equal([(Acme, Today, 0.0000003m), (Beta, Today, 2m)], again.Sums.OrderBy(sum => sum.Tenant.Value));
    }

    [Fact]
    public void A_line_that_a_power_cut_has_torn_is_left_out()
    {
        using (var journal = Open()) Add(journal, Acme, 1m);
        File.AppendAllText(File_, """{"tenant":"acme","day":"2026-11-2""");
        using (var journal = Open()) Add(journal, Acme, 1m);
        using var again = Open();
        Assert.Equal([(Acme, Today, 2m)], again.Sums);
    }

    [Fact]
    public void A_file_that_has_grown_is_replaced_by_its_sums_and_an_old_month_is_forgotten()
    {
        using (var journal = Open(maxBytes: 1000))
        {
            for (var i = 0; i < 100; i++) Add(journal, Acme, 0.01m);
            Assert.True(new FileInfo(File_).Length < 1500);
        }
        using (var again = Open()) Assert.Equal([(Acme, Today, 1m)], again.Sums);
        using var later = ChargeJournal.Open(_folder, new DateOnly(2026, 12, 1));
        Assert.Empty(later.Sums);
    }

    [Fact]
    public void Two_processes_cannot_use_one_directory()
    {
        using var journal = Open();
        Assert.Throws<IOException>(() => Open());
    }

    private ChargeJournal Open(int maxBytes = 1_000_000) => ChargeJournal.Open(_folder, Today, maxBytes);

    private static void Add(ChargeJournal journal, TenantId tenant, decimal usd) =>
        journal.Add(new SessionId("s-1"), tenant, Today, usd, DateTimeOffset.UnixEpoch);
}
