Attribute VB_Name = "JiqunRibbon"
Option Explicit

' What the ribbon calls. As Object, not As IRibbonControl, so that programs without a ribbon can compile it too.

Public Sub JiqunRibbonCheck(control As Object)
    JiqunCheck
End Sub

Public Sub JiqunRibbonEvaluate(control As Object)
    JiqunEvaluate
End Sub

Public Sub JiqunRibbonClear(control As Object)
    JiqunClear
End Sub

Public Sub JiqunRibbonReview(control As Object)
    JiqunReview
End Sub

Public Sub JiqunRibbonExport(control As Object)
    JiqunExport
End Sub

Public Sub JiqunRibbonHelp(control As Object)
    JiqunHelp
End Sub
