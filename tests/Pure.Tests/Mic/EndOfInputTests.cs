using RealtimeAkka.Actors.Mic;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Mic;

/// <summary>The closing silence and the end of the input. Frames are 20 ms, the closing silence is 40 ms.</summary>
public class EndOfInputTests
{
    private EndOfInput _end = new(Ms(40));

    [Fact]
    public void While_the_source_delivers_nothing_ends()
    {
        Assert.Equal(EndStep.Wait, Next(credit: 2));
        Assert.False(_end.IsClosing);
    }

    [Fact]
    public void Silence_follows_as_far_as_there_is_credit_and_then_all_credit_must_come_back()
    {
        _end = _end.Close();

        Assert.Equal(EndStep.SendSilence, Next(credit: 2));
        Assert.Equal(EndStep.Wait, Next(credit: 0));
        Assert.Equal(EndStep.SendSilence, Next(credit: 1));
        Assert.Equal(EndStep.ReturnCredit, Next(credit: 1));
        Assert.Equal(EndStep.Report, Next(credit: 2));
        Assert.Equal(InputPhase.Ended, _end.Phase);
    }

    [Fact]
    public void Each_step_is_taken_once()
    {
        _end = Closed();

        Assert.Equal(EndStep.ReturnCredit, Next(credit: 0));
        Assert.Equal(EndStep.Wait, Next(credit: 1));
        Assert.Equal(EndStep.Report, Next(credit: 2));
        _end = _end.Close();
        Assert.Equal(EndStep.Wait, Next(credit: 2));
        Assert.Equal(InputPhase.Ended, _end.Phase);
    }

    [Fact]
    public void With_all_credit_there_is_none_to_return()
    {
        _end = Closed();

        Assert.Equal(EndStep.Report, Next(credit: 2));
    }

    [Fact]
    public void A_new_connection_is_asked_for_its_credit_too()
    {
        _end = Closed();
        Assert.Equal(EndStep.ReturnCredit, Next(credit: 0));

        _end = _end.OnConnected(anyWaiting: false);

        Assert.Equal(EndStep.ReturnCredit, Next(credit: 0));
    }

    [Theory]
    [InlineData(true, EndStep.ReturnCredit)]
    [InlineData(false, EndStep.Wait)]
    public void After_the_end_only_audio_that_is_sent_again_ends_again(bool anyWaiting, EndStep expected)
    {
        _end = Closed();
        Assert.Equal(EndStep.Report, Next(credit: 2));

        _end = _end.OnConnected(anyWaiting);

        Assert.Equal(expected, Next(credit: 0));
    }

    [Fact]
    public void A_new_connection_does_not_close_the_input() => Assert.False(_end.OnConnected(anyWaiting: true).IsClosing);

    // All closing silence is sent.
    private static EndOfInput Closed() => new EndOfInput(TimeSpan.Zero).Close();

    private EndStep Next(int credit)
    {
        (_end, var step) = _end.Next(new SendCredit(Window: 2, Available: credit), Ms(20));
        return step;
    }
}
