namespace Akka.Conformance.Tests;

public class AskTests : TestKit.Xunit2.TestKit
{
    private readonly IActorRef _echo;
    private readonly IActorRef _silent;

    public AskTests()
    {
        _echo = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m is "null" ? null! : m))));
        _silent = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => { })));
    }

    [Fact]
    public async Task The_answer_is_the_result() => Assert.Equal(42, await _echo.Ask<int>(42));

    [Fact]
    public async Task A_null_answer_is_the_default_value() => Assert.Null(await _echo.Ask<string>("null", TimeSpan.FromSeconds(3)));

    [Fact]
    public async Task An_answer_of_the_wrong_type_is_an_ArgumentException() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _echo.Ask<int>("text", TimeSpan.FromSeconds(3)));

    [Fact]
    public async Task No_answer_in_time_is_an_AskTimeoutException()
    {
        var e = await Assert.ThrowsAsync<AskTimeoutException>(() => _silent.Ask<string>("x", TimeSpan.FromMilliseconds(50)));
        Assert.IsNotAssignableFrom<TimeoutException>(e);
        Assert.Contains("0.05", e.Message);
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_task()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = _silent.Ask<string>("x", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_timeout_of_zero_means_none()
    {
        var asked = _silent.Ask<string>("x", TimeSpan.Zero);
        await _echo.Ask<string>("time passes");
        Assert.False(asked.IsCompleted);
    }

    [Fact]
    public async Task Status_Failure_is_thrown_as_its_cause_unless_any_object_will_do()
    {
        var failure = new Status.Failure(new InvalidOperationException("told"));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => _echo.Ask<string>(failure, TimeSpan.FromSeconds(3)));
        Assert.Equal("told", e.Message);
        Assert.Same(failure, await _echo.Ask<object>(failure, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task An_answer_to_a_selection_comes_too() =>
        Assert.Equal("x", await Sys.ActorSelection(_echo.Path).Ask<string>("x", TimeSpan.FromSeconds(3)));

    [Fact]
    public async Task Many_at_once_get_each_its_own_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => _echo.Ask<int>(i, TimeSpan.FromSeconds(10))));
        Assert.Equal(Enumerable.Range(0, 1000), answers);
    }

    [Fact]
    public async Task Nobody_cannot_be_asked() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => ActorRefs.Nobody.Ask<string>("x"));
}
